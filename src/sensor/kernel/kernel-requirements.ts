import { existsSync } from 'node:fs';
import type { SensorFailure } from './sensor-failure.ts';
import { sensorFailure } from './sensor-failure.ts';

const BTF = '/sys/kernel/btf/vmlinux';
const MACHINE = `${process.platform} on ${process.arch}`;
const BTF_OPTION = 'CONFIG_DEBUG_INFO_BTF';
const OUR_ARCHITECTURES = ['x64', 'arm64'];

/** What this machine lacks to be watched, each in one sentence that says how to get it. */
export function missingRequirement(): SensorFailure | undefined {
  if (process.platform !== 'linux' || !OUR_ARCHITECTURES.includes(process.arch)) {
    return sensorFailure(
      'not-linux',
      `Cannot watch the kernel: needs Linux on x86-64 or arm64, this is ${MACHINE}.`,
    );
  }
  if (process.geteuid?.() !== 0) {
    return sensorFailure(
      'not-root',
      `Cannot watch the kernel: needs root, this is user ${process.geteuid?.()}: use sudo.`,
    );
  }
  if (!existsSync(BTF)) {
    return sensorFailure(
      'no-btf',
      `Cannot watch the kernel: ${BTF} is missing: needs Linux 5.16 or later with ${BTF_OPTION}.`,
    );
  }
  return undefined;
}

export function noLibbpf(): SensorFailure {
  return sensorFailure(
    'no-libbpf',
    'Cannot watch the kernel: libbpf.so.1 is missing: install libbpf1 (on Fedora: libbpf).',
  );
}

export function noTracefs(): SensorFailure {
  return sensorFailure(
    'no-tracefs',
    'Cannot watch the kernel: no tracefs: needs a kernel with CONFIG_FTRACE_SYSCALLS.',
  );
}
