/** Node's releases that are still kept, the one to take when the project does not care first. */
const majors = [22, 24, 20] as const;
const DEFAULT_MAJOR = 22;

/** Which major version of Node `wanted` (a semver range, `v20`, `lts/jod`) asks for; 22 when it allows that or says nothing. */
export function nodeMajor(wanted: string): number {
  const exact = /^v?(\d{1,2})(\.\d+){0,2}$/.exec(wanted.trim());
  if (exact) return Number(exact[1]);
  const codename = /^lts\/(iron|jod|krypton)$/i.exec(wanted.trim())?.[1]?.toLowerCase();
  if (codename !== undefined) return { iron: 20, jod: 22, krypton: 24 }[codename] ?? DEFAULT_MAJOR;
  if (!/\d/.test(wanted)) return DEFAULT_MAJOR;
  const allowed = majors.find((major) => allows(wanted, major));
  if (allowed !== undefined) return allowed;
  // An old range: the newest major that it names.
  const named = [...wanted.matchAll(/(?<![\d.])(\d{1,2})(?=$|[\s.|x<>=^~-])/g)].map((found) => Number(found[1]));
  const newest = Math.max(...named, 0);
  return newest >= 12 && newest <= 40 ? newest : DEFAULT_MAJOR;
}

function allows(range: string, major: number): boolean {
  return range.split('||').some((alternative) => {
    const spread = alternative.replace(/(\d[\w.]*)\s+-\s+(\d[\w.]*)/g, '>=$1 <=$2').replace(/(>=|<=|>|<|\^|~|=)\s+/g, '$1');
    const parts = spread.trim().split(/[\s,]+/);
    return parts.every((part) => allowsPart(part, major));
  });
}

function allowsPart(part: string, major: number): boolean {
  const found = /^(>=|<=|>|<|\^|~|=)?v?(\d+|[x*])((?:\.(?:\d+|[x*]))*)/i.exec(part);
  if (!found) return part === '' || part === '*';
  if (/[x*]/i.test(found[2] ?? '')) return true;
  const limit = Number(found[2]);
  const isWhole = /^(\.[0x*])*$/i.test(found[3] ?? '');
  switch (found[1]) {
    case '>=':
      return major >= limit;
    case '>':
      return isWhole && found[3] === '' ? major > limit : major >= limit;
    case '<=':
      return major <= limit;
    case '<':
      return isWhole ? major < limit : major <= limit;
    default:
      return major === limit;
  }
}
