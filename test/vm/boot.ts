import { spawn } from 'node:child_process';

export interface BootOptions {
  readonly kernel: string;
  readonly image: string;
  readonly timeoutMs: number;
}

/**
 * Starts a virtual machine of two processors without a disk or network, and gives what it wrote to
 * its console until it switched itself off. Its processors are emulated: a machine that is itself
 * virtual often has no others to give.
 */
export async function boot({ kernel, image, timeoutMs }: BootOptions): Promise<string> {
  const machine = spawn(
    'qemu-system-x86_64',
    [
      ...['-accel', 'tcg,thread=multi', '-cpu', 'max', '-smp', '2', '-m', '2048'],
      ...['-kernel', kernel, '-initrd', image, '-append', 'console=ttyS0 panic=-1 quiet'],
      ...['-nodefaults', '-display', 'none', '-serial', 'stdio', '-no-reboot'],
      ...['-global', 'PIIX4_PM.disable_s3=0'],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], timeout: timeoutMs },
  );
  let console = '';
  for (const stream of [machine.stdout, machine.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      console += text;
    });
  }
  await new Promise((done) => machine.once('close', done));
  return console.replaceAll('\r\n', '\n');
}
