import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cannotRunContainers, runContainer, startContainer } from './run-container.ts';

for (const runtime of ['runc', 'crun'] as const) {
  const why = cannotRunContainers(runtime);
  if (why !== undefined) console.log(`skipped: ${runtime} containers: ${why}`);

  describe.skipIf(why !== undefined)(`containers of ${runtime}`, () => {
    test('a container runs to its end and its output comes back', async () => {
      const { code, stdout } = await runContainer({ runtime, args: ['sh', '-c', 'id -u; exit 3'] });
      expect([code, stdout]).toEqual([3, '0\n']);
    });

    test('a running container has a pid, a cgroup of its own and its own upper layer', async () => {
      const box = await startContainer({ runtime, files: { '/opt/tool': '#!/bin/sh\necho tool' } });
      try {
        expect(readFileSync(`/proc/${box.pid}/cmdline`, 'latin1')).toBe('sleep\x003600\x00');
        expect(box.cgroups).toContain(box.name);
        expect(await box.exec(['/opt/tool'])).toMatchObject({ code: 0, stdout: 'tool\n' });
        expect(await box.exec(['sh', '-c', 'echo x > /new; id -u'], { uid: 1000 })).toMatchObject({
          stdout: '1000\n',
        });
        expect(await box.exec(['touch', '/new'])).toMatchObject({ code: 0 });
        expect(existsSync(join(box.bundle, 'upper/new'))).toBe(true);
      } finally {
        await box.stop();
      }
      expect(existsSync(box.bundle)).toBe(false);
    });

    test('a privileged container can do what others cannot', async () => {
      const args = ['sh', '-c', 'mkdir /m && mount -t tmpfs none /m && echo mounted'];
      expect((await runContainer({ runtime, args })).code).not.toBe(0);
      expect((await runContainer({ runtime, args, privileged: true })).stdout).toBe('mounted\n');
    });

    test('a command that cannot start says why', async () => {
      await expect(startContainer({ runtime, args: ['/no/such'] })).rejects.toThrow(
        /no such|not found/i,
      );
    });
  });
}
