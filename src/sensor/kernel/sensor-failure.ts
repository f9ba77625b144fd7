/** Why the kernel sensor cannot work; also a metric label. */
export const SENSOR_FAILURES = [
  'not-linux',
  'not-root',
  'no-btf',
  'no-libbpf',
  'no-tracefs',
  'no-object',
  'load-failed',
  'attach-failed',
] as const;
export type SensorFailureReason = (typeof SENSOR_FAILURES)[number];

/** An operating failure: a value, not an exception. `message` is one sentence for the operator. */
export interface SensorFailure {
  readonly ok: false;
  readonly reason: SensorFailureReason;
  readonly message: string;
  readonly retryable: boolean;
}

export function sensorFailure(reason: SensorFailureReason, message: string): SensorFailure {
  return { ok: false, reason, message, retryable: false };
}
