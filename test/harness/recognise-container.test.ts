import { describe, expect, test } from 'vitest';
import { LiveProcesses } from '#sensor/host/live-processes.ts';
import { cannotRunContainers, startContainer } from './run-container.ts';

for (const runtime of ['runc', 'crun'] as const) {
  const why = cannotRunContainers(runtime);
  if (why !== undefined) console.log(`skipped: containers of ${runtime}: ${why}`);

  describe.skipIf(why !== undefined)(`a real container of ${runtime}`, () => {
    test('is recognised from /proc, with its name, mounts, privileges and first process', async () => {
      const box = await startContainer({
        runtime,
        privileged: true,
        args: ['sh', '-c', 'sleep 100 & sleep 101 & wait'],
        annotations: { team: 'red' },
        mounts: [{ source: '/tmp', destination: '/host-tmp', readonly: true }],
      });
      const machine = new LiveProcesses();
      try {
        machine.seed();
        await machine.containers.settled();
        const init = machine.table.thread(box.pid);
        expect(init?.container).toMatchObject({
          id: box.name,
          runtime,
          name: box.name,
          privileged: true,
          labels: expect.objectContaining({ team: 'red' }),
          mounts: [
            expect.objectContaining({ source: '/tmp', destination: '/host-tmp', writable: false }),
          ],
        });
        expect(init).toMatchObject({ isContainerInit: true, vpid: 1 });
        const members = machine.table
          .leaders()
          .filter((thread) => thread.container === init?.container);
        expect(members.length).toBeGreaterThanOrEqual(1);
        expect(members.filter((thread) => thread.isContainerInit)).toEqual([init]);
        expect(init && machine.table.userName(1000, init)).toBe('app');
        expect(machine.table.thread(process.pid)?.container.runtime).toBe('host');
      } finally {
        machine.close();
        await box.stop();
      }
    });

    test('is recognised in the host’s pid namespace, where only the runtime’s state tells', async () => {
      const box = await startContainer({ runtime, hostNamespaces: ['pid'] });
      const machine = new LiveProcesses();
      try {
        machine.seed();
        expect(machine.table.thread(box.pid)).toMatchObject({
          isContainerInit: true,
          container: { id: box.name, runtime },
        });
      } finally {
        machine.close();
        await box.stop();
      }
    });
  });
}
