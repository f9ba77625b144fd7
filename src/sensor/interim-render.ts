import { resolveField } from '#engine/fields/resolve-field.ts';
import type { RenderedOutput } from '#engine/finding/build-finding.ts';
import type { Evaluation } from '#model/evaluation.ts';
import type { FindingFieldValue } from '#model/finding.ts';

export function interimRender(ctx: Evaluation, output: string): RenderedOutput {
  const fields: Record<string, FindingFieldValue> = {};
  const text = output.replace(
    /%([a-z_0-9.]+)(?:\[([^\]]*)\])?/g,
    (whole, name: string, arg?: string) => {
      const result = resolveField(name, arg);
      if (!result.ok) return whole;
      const value = result.field.read(ctx);
      fields[result.field.text] = value ?? null;
      const format = result.field.def.format ?? String;
      return value === undefined
        ? '<NA>'
        : typeof value === 'object'
          ? `(${value.map(format).join(',')})`
          : format(value as never);
    },
  );
  return { text, fields };
}
