import type { Container } from '#model/container.ts';
import { HOST } from '#model/container.ts';
import type { ThreadRecord } from './thread-record.ts';

/**
 * Who lives in which container, to know its first process. Without a pid namespace of its own a
 * container's init is the first that was seen in it; with one, pid 1 of that namespace takes over
 * from the runtime's helper that came before. An entry goes with the last member.
 */
export class ContainerMembers {
  private readonly byId = new Map<string, Members>();

  get size(): number {
    return this.byId.size;
  }

  init(container: Container): ThreadRecord | undefined {
    return this.byId.get(container.fullId)?.init;
  }

  enter(thread: ThreadRecord): void {
    if (thread.container === HOST || !thread.isLeader) return;
    const id = thread.container.fullId;
    let members = this.byId.get(id);
    if (members === undefined) {
      members = { threads: new Set(), init: undefined };
      this.byId.set(id, members);
    }
    members.threads.add(thread);
    const { init } = members;
    if (init === undefined || (thread.vpid === 1 && init.vpid !== 1)) {
      if (init !== undefined) init.isContainerInit = false;
      members.init = thread;
      thread.isContainerInit = true;
    }
  }

  leave(thread: ThreadRecord): void {
    if (thread.container === HOST || !thread.isLeader) return;
    const members = this.byId.get(thread.container.fullId);
    if (members === undefined) return;
    members.threads.delete(thread);
    if (members.threads.size === 0) this.byId.delete(thread.container.fullId);
  }
}

interface Members {
  readonly threads: Set<ThreadRecord>;
  init: ThreadRecord | undefined;
}
