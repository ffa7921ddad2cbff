/**
 * Debian's order of versions (deb-version(7)): negative if `a` is older, 0 if equal, positive if newer. Runs of
 * digits count as numbers, `~` sorts before everything, even the end; letters before other characters.
 */
export function compareVersions(a: string, b: string): number {
  const [restA, restB] = [tokens(a), tokens(b)];
  for (let index = 0; index < Math.max(restA.length, restB.length); index++) {
    // Even places hold the text before a number, odd places the number: both versions stay in step.
    const [left, right] = [restA[index] ?? "", restB[index] ?? ""];
    const order = index % 2 === 0 ? compareText(left, right) : compareNumbers(left, right);
    if (order !== 0) return order;
  }
  return 0;
}

/** "6.1.0-50-amd64" -> ["", "6", ".", "1", ".", "0", "-", "50", "-amd", "64"]: text and number in turn. */
function tokens(version: string): string[] {
  return [...version.matchAll(/(\D*)(\d*)/g)].flatMap(([, text = "", number = ""]) => [text, number]);
}

function compareNumbers(a: string, b: string): number {
  const difference = BigInt(a || 0) - BigInt(b || 0);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function compareText(a: string, b: string): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const order = weight(a[index]) - weight(b[index]);
    if (order !== 0) return order;
  }
  return 0;
}

function weight(character: string | undefined): number {
  if (character === "~") return -1;
  if (character === undefined) return 0;
  return /[A-Za-z]/.test(character) ? character.charCodeAt(0) : character.charCodeAt(0) + 256;
}
