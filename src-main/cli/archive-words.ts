import type { Explanation } from '../archive/index.ts';
import { bytesInWords, choiceRuleFile, counted } from '../contract/index.ts';

type Rule = NonNullable<Explanation['rule']>;

/** Why a path is sent or left out, as sentences. Pure. */
export function explanationInWords(explanation: Explanation): string {
  const { path, kind, outcome, files, bytes } = explanation;
  if (outcome === 'left-out') return whyLeftOut(explanation);
  if (outcome === 'partly') {
    return `${whyLeftOut(explanation)} What git tracks or was named in it goes along all the same: ${counted(files, 'file')}, ${bytesInWords(bytes)}.`;
  }
  const because = whyKept(explanation);
  if (outcome === 'empty') return `${path} is not left out (${because}), but nothing in it is sent.`;
  const size =
    kind === 'directory'
      ? ` Of what is in it, ${counted(files, 'file')} ${files === 1 ? 'goes' : 'go'} along, ${bytesInWords(bytes)}.`
      : '';
  return `${path} is sent: ${because}.${size}`;
}

function whyLeftOut({ path, kind, reason, rule, decidedBy, forced }: Explanation): string {
  const above = decidedBy !== path;
  switch (reason) {
    case 'secret':
      return `${path} is held back: it looks like a secret (${rule?.pattern ?? 'unknown'}). Send it with --include, if it has to go along.`;
    case 'special':
      return `${path} is left out: it is neither a file nor a link, but a FIFO, a socket or a device.`;
    case 'repository':
      return `${path} is left out: a repository's own data never goes along.`;
    case 'submodule': {
      const why = `${above ? decidedBy : 'it'} is the place of a submodule that is not checked out`;
      return `${path} is left out: ${why}. git submodule update --init checks it out, if it has to go along.`;
    }
    case 'unreadable':
      return above ? `${path} cannot be sent: ${decidedBy} cannot be read.` : `${path} cannot be sent: it cannot be read.`;
    default: {
      if (rule === null) return `${path} is left out.`;
      const what = above ? `${decidedBy} and with it all that is in it` : kind === 'directory' ? 'it and all that is in it' : 'it';
      const spite = forced ? ', although a folder above was named to be sent' : '';
      return `${path} is left out: ${inWords(rule)} ignores ${what}${spite}.`;
    }
  }
}

function whyKept({ rule, trackedAgainst, forced }: Explanation): string {
  if (forced) return 'it was named to be sent, or a folder above it was';
  if (trackedAgainst !== null) return `git tracks it, although ${inWords(trackedAgainst)} ignores it`;
  return rule === null ? 'no rule leaves it out' : `${inWords(rule)} brings it back`;
}

function inWords({ file, line, pattern }: Rule): string {
  return file === choiceRuleFile ? `the pattern ${pattern} given for the app` : `line ${line} of ${file} (${pattern})`;
}
