/** The `file` of a rule that is a pattern of the user's choices. Apart from the models, so that the archive's thread starts without the schema library. */
export const choiceRuleFile = 'choice';
