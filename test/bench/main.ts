/** `npm run bench -- NAME`: each benchmark prints one table; what it needs stands in its file. */
const BENCHMARKS: Readonly<Record<string, () => Promise<unknown>>> = {
  engine: () => import('./engine.ts'),
  replay: () => import('./replay.ts'),
  sensor: () => import('./sensor.ts'),
};

const name = process.argv[2] ?? '';
const benchmark = Object.hasOwn(BENCHMARKS, name) ? BENCHMARKS[name] : undefined;
if (benchmark === undefined) {
  process.stderr.write(`Cannot run benchmark "${name}": ${Object.keys(BENCHMARKS).join(', ')}\n`);
  process.exitCode = 2;
} else {
  await benchmark();
}
