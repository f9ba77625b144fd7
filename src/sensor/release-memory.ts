import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import koffi from 'koffi';

/**
 * Gives back what loading rules and kernel programs left behind: a collection, then malloc's free
 * pages to the kernel. To be called when something large is done, not in a loop: it takes 20 ms.
 */
export function releaseMemory(): void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
  koffi.load('libc.so.6').func('int malloc_trim(size_t pad)')(0);
}
