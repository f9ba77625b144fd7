import { restartLean } from '#lib/restart-lean.ts';

/**
 * A young generation that is fast enough, and an old one that is collected when it has grown by a
 * third: without these the garbage of a 10 GB capture was 150 MB of 276, with them 20 of 110.
 */
const FLAGS = ['--max-semi-space-size=4', '--heap-growing-percent=30'];

/** `midwatch replay FILE…`, in little memory however long the captures are. */
export async function run(argv: readonly string[]): Promise<number> {
  const load = () => import('./replay.ts');
  await restartLean(load, FLAGS);
  return (await load()).run(argv);
}
