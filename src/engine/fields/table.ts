import { AUDIT_FIELDS } from './audit/audit-fields.ts';
import { CONNECT_FIELDS } from './connect.ts';
import { CONTAINER_FIELDS } from './container.ts';
import { DNS_FIELDS } from './dns.ts';
import { EVT_FIELDS } from './evt.ts';
import { EVT_ARG_FIELDS } from './evt-arg.ts';
import { EVT_OPEN_FIELDS } from './evt-open.ts';
import { EVT_TIME_FIELDS } from './evt-time.ts';
import { FD_FIELDS } from './fd.ts';
import { FDLIST_FIELDS } from './fdlist.ts';
import type { FieldDef } from './field.ts';
import { FS_PATH_FIELDS } from './fs-path.ts';
import { PROCESS_FIELDS } from './process.ts';
import { PROCESS_STATE_FIELDS } from './process-state.ts';
import { RECORD_FIELDS } from './record.ts';
import { THREAD_FIELDS } from './thread.ts';
import { USER_FIELDS } from './user.ts';

/** Every field: what conditions, output, `midwatch fields` and its page in the manual know. */
export const FIELDS: readonly FieldDef[] = [
  ...EVT_TIME_FIELDS,
  ...EVT_FIELDS,
  ...EVT_ARG_FIELDS,
  ...EVT_OPEN_FIELDS,
  ...RECORD_FIELDS,
  ...PROCESS_FIELDS,
  ...PROCESS_STATE_FIELDS,
  ...THREAD_FIELDS,
  ...USER_FIELDS,
  ...FD_FIELDS,
  ...FS_PATH_FIELDS,
  ...FDLIST_FIELDS,
  ...CONTAINER_FIELDS,
  ...DNS_FIELDS,
  ...CONNECT_FIELDS,
  ...AUDIT_FIELDS,
];
