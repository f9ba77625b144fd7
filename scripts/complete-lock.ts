/** `npm run lock` after a change of dependencies: a lock file for every platform, not only ours. */
import { readFileSync, writeFileSync } from 'node:fs';
import { missingPlatforms } from './missing-platforms.ts';

const path = `${import.meta.dirname}/../package-lock.json`;
const lock = JSON.parse(readFileSync(path, 'utf8'));
const missing = missingPlatforms(lock.packages);
const sorted = Object.entries({ ...lock.packages, ...missing }).sort(([a], [b]) =>
  a < b ? -1 : 1,
);
lock.packages = Object.fromEntries(sorted);
writeFileSync(path, `${JSON.stringify(lock, undefined, 2)}\n`);
process.stdout.write(`package-lock.json: ${Object.keys(missing).length} entries added\n`);
