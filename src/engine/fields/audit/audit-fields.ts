import type { FieldDef } from '#engine/fields/field.ts';
import { CONTAINER_SPEC_FIELDS } from './container-fields.ts';
import { JSON_FIELDS } from './json-fields.ts';
import { OBJECT_FIELDS } from './object-fields.ts';
import { REQUEST_FIELDS } from './request-fields.ts';

/** Fields of Kubernetes audit events. */
export const AUDIT_FIELDS: readonly FieldDef[] = [
  ...REQUEST_FIELDS,
  ...OBJECT_FIELDS,
  ...CONTAINER_SPEC_FIELDS,
  ...JSON_FIELDS,
];
