/**
 * The candidate that a mistyped name most likely meant, or undefined where none is near: at most
 * one edit for every three characters, at most three. An edit inserts, drops or changes a
 * character, or swaps two neighbours. Of equally near candidates the first is taken.
 */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > LONGEST_NAME) return undefined;
  let limit = Math.min(3, Math.max(1, Math.floor(name.length / 3)));
  let nearest: string | undefined;
  const wanted = name.toLowerCase();
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - name.length) > limit) continue;
    const edits = editDistance(wanted, candidate.toLowerCase(), limit);
    if (edits > limit) continue;
    nearest = candidate;
    if (edits === 0) break;
    limit = edits - 1;
  }
  return nearest;
}

// The cost of a comparison is the product of both lengths; no name of ours is nearly this long.
const LONGEST_NAME = 100;

/**
 * Optimal string alignment: Damerau-Levenshtein in which no substring is edited twice. Ends early,
 * with some number above `limit`, where it will be above.
 */
function editDistance(a: string, b: string, limit: number): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let edits = Math.min(at(last, j) + 1, at(row, j - 1) + 1, change);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        edits = Math.min(edits, at(beforeLast, j - 2) + 1);
      }
      row.push(edits);
    }
    // A swap of neighbours reaches over one row.
    if (Math.min(...row, ...last) > limit) return limit + 1;
    beforeLast = last;
    last = row;
  }
  return at(last, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
