import type { EventView } from '#model/event-view.ts';
import type { ProcessWorld } from './process-world.ts';
import type { ThreadRecord } from './thread-record.ts';

/** Keeps each process with the container that its cgroup is. */
export class CgroupPlacement {
  private readonly world: ProcessWorld;

  constructor(world: ProcessWorld) {
    this.world = world;
  }

  /** A process was moved to another cgroup, as a runtime does with a container's first process. */
  move(thread: ThreadRecord, evt: EventView): void {
    const isFirst = thread.cgroupId === 0;
    thread.cgroupId = evt.cgroupId;
    if (isFirst && thread.cgroups !== '') return;
    this.set(thread, this.world.cgroupsOf(thread.pid, thread.cgroupId) ?? thread.cgroups);
  }

  /** A new process or image: where it is by the event, else where it was. */
  place(thread: ThreadRecord, evt: EventView, cgroups: string | undefined): void {
    const moved = thread.cgroupId !== evt.cgroupId;
    thread.cgroupId = evt.cgroupId;
    if (cgroups !== undefined) {
      if (cgroups !== thread.cgroups) this.set(thread, cgroups);
    } else if (moved) {
      this.set(thread, this.world.cgroupsOf(thread.pid, thread.cgroupId) ?? thread.cgroups);
    }
    this.world.members.enter(thread);
  }

  set(thread: ThreadRecord, cgroups: string): void {
    thread.cgroups = cgroups;
    const container = this.world.containers.resolve(cgroups, thread.cgroupId, thread);
    if (container === thread.container) return;
    this.world.members.leave(thread);
    thread.container = container;
    thread.isContainerInit = false;
    this.world.members.enter(thread);
    thread.generation += 1;
  }
}
