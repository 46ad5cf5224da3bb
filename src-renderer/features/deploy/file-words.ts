import { choiceRuleFile, type LeftOut, named, type ScanRule } from '../../../src-main/contract/index.ts';
import { bytes, plural } from '../../ui/format.ts';
import type { TreeNode } from './file-tree.ts';

/** What stands beside a line, in a few words; empty where there is nothing to say, or its heading says it. */
export function fewWords(node: TreeNode, underHeading = false): string {
  if (node.kind === 'group' || (underHeading && node.looksLike === null)) return '';
  if (node.leftOut !== null) return whyLeftOut(node.leftOut);
  if (node.looksLike !== null) return `${node.looksLike}, will be sent`;
  if (node.kind === 'directory' && node.files === 0 && node.heldBack === 0) return 'nothing to send in it';
  return '';
}

/** Why something is not sent: ".gitignore line 3", "private key, held back". */
function whyLeftOut({ reason, rule }: LeftOut): string {
  switch (reason) {
    case 'ignored':
      if (rule === null) return 'ignored';
      return rule.file === choiceRuleFile ? 'unticked' : `${rule.file} line ${rule.line}`;
    case 'secret':
      return `${rule?.pattern ?? 'secret'}, held back`;
    case 'special':
      return 'socket, FIFO or device';
    case 'repository':
      return 'git’s own data';
    case 'submodule':
      return 'submodule, not checked out';
    case 'unreadable':
      return 'cannot be read';
  }
}

/** The whole reason, for whoever asks about one line. */
export function inFull(node: TreeNode): string {
  const { leftOut } = node;
  if (node.kind === 'more') return 'Counted and sent like the rest. Only the list is cut short.';
  if (node.kind === 'group')
    return `${plural(node.files, 'entry', 'entries')} left out${node.leftOut?.rule ? ` by ${ruleOf(node.leftOut.rule)}` : ''}`;
  if (leftOut !== null) return leftOutInFull(node, leftOut);
  if (node.looksLike !== null) return `Looks like a secret (${node.looksLike}) and is sent, because you ticked it for this app.`;
  if (node.chosen) return `${sizeInWords(node)}. Sent although it is ignored, because you ticked it for this app.`;
  if (node.trackedIgnored) return `${sizeInWords(node)}. Ignored by a rule, but git tracks it, so it is sent.`;
  if (node.isRepository) return `${sizeInWords(node)}. A git repository of its own, so its own rules hold in it.`;
  if (node.kind === 'directory' && node.files === 0) return 'Nothing in it is sent.';
  if (node.tick === 'mixed') return `${sizeInWords(node)} will be sent. Something in it is unticked.`;
  if (node.kind === 'link') return 'A link. It is sent as a link, and what it leads to is not followed.';
  return `${sizeInWords(node)} will be sent.`;
}

function sizeInWords(node: TreeNode): string {
  const size = bytes(node.bytes ?? 0);
  return node.kind === 'directory' ? `${plural(node.files, 'file')}, ${size}` : size;
}

function leftOutInFull(node: TreeNode, { reason, rule }: LeftOut): string {
  switch (reason) {
    case 'ignored':
      if (rule === null) return 'Ignored.';
      if (rule.file !== choiceRuleFile) return `Left out by ${rule.pattern} in line ${rule.line} of ${rule.file}`;
      return isOwnPattern(node, rule.pattern)
        ? 'Left out because you unticked it for this app.'
        : `Left out by ${rule.pattern}, a pattern of this app.`;
    case 'secret':
      return `Looks like a secret (${rule?.pattern ?? 'by its name'}), so it stays on this computer unless you tick it.`;
    case 'special':
      return 'A socket, FIFO or device. It has no content that could be sent.';
    case 'repository':
      return 'What git keeps for itself is never sent.';
    case 'submodule':
      return 'A submodule that is not checked out. git submodule update --init checks it out.';
    case 'unreadable':
      return 'You may not read it, so the deploy would stop there. Make it readable, or untick it.';
  }
}

/** What a build may lack, since these places of submodules are empty. */
export function missingSubmodules(paths: readonly string[]): string {
  return paths.length === 1
    ? `The submodule ${paths[0]} is not checked out, so nothing of it is sent.`
    : `${plural(paths.length, 'submodule')} are not checked out, so nothing of them is sent: ${named(paths, 3)}.`;
}

/** Where a rule stands, as a heading says it; empty for what no file says. */
export function ruleOf({ file, line }: ScanRule): string {
  return file === choiceRuleFile || file === '' ? '' : `line ${line} of ${file}`;
}

/** A pattern that names this entry and nothing else. */
function isOwnPattern({ path }: TreeNode, pattern: string): boolean {
  return pattern.replace(/\\(.)/g, '$1').replace(/\/$/, '') === `/${path}`;
}
