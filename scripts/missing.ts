/** What this machine lacks, in one line that says what to do: shown without a stack, since nothing is wrong with the program. */
export class MissingHere extends Error {}
