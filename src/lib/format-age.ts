/** How long ago, in one unit, for a narrow column: `now`, `12 s`, `3 min`, `5 h`, `41 d`. */
export function formatAge(ageMs: number): string {
  if (!Number.isFinite(ageMs)) return '';
  const seconds = Math.round(ageMs / 1000);
  if (seconds < 1) return 'now';
  if (seconds < 100) return `${seconds} s`;
  if (seconds < 100 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}
