import type { Evaluation } from '#model/evaluation.ts';
import type { FieldOptions, FieldRow } from './define.ts';
import { defineFields } from './define.ts';
import type { Extract, FieldDef } from './field.ts';

/** Fields of the user and group that the process runs as, and of who logged in. */

/** What the kernel holds for "nobody logged in". */
const NO_LOGIN = 0xffff_ffff;

type Lookup = 'userName' | 'userHome' | 'userShell' | 'groupName';

/** What id 0 is where no list of users says so, as in a container only seen from outside. */
const ROOT: Readonly<Record<Lookup, string>> = {
  userName: 'root',
  userHome: '/root',
  userShell: '<NA>',
  groupName: 'root',
};

/** A text of an id's entry; `<NA>` where the id has none. */
function entry(lookup: Lookup, id: (ctx: Evaluation) => number | undefined): Extract {
  return (ctx) => {
    const number = id(ctx);
    if (number === undefined || ctx.thread === undefined) return undefined;
    return ctx.state[lookup](number, ctx.thread) ?? (number === 0 ? ROOT[lookup] : '<NA>');
  };
}

const uid = (ctx: Evaluation): number | undefined => ctx.thread?.uid;
const gid = (ctx: Evaluation): number | undefined => ctx.thread?.gid;
const loginUid = (ctx: Evaluation): number | undefined => ctx.thread?.loginUid;

function loginId(ctx: Evaluation): number | undefined {
  const id = ctx.thread?.loginUid;
  return id === NO_LOGIN ? -1 : id;
}

// Lists of users change while processes live, and no generation tells: names are read for each
// event, ids are kept with the process.
const NAME: FieldOptions = { scope: 'event', cost: 60 };

const ROWS: readonly FieldRow[] = [
  ['user.uid', 'UINT32', 'User id.', uid, { cost: 5 }],
  [
    'user.name',
    'CHARBUF',
    'User name, `<NA>` where the id has none.',
    entry('userName', uid),
    NAME,
  ],
  ['user.homedir', 'CHARBUF', 'Home directory of the user.', entry('userHome', uid), NAME],
  ['user.shell', 'CHARBUF', 'Login shell of the user.', entry('userShell', uid), NAME],
  ['user.loginuid', 'INT64', 'Id of the user who logged in, -1 for nobody.', loginId, { cost: 5 }],
  [
    'user.loginname',
    'CHARBUF',
    'Name of the user who logged in.',
    entry('userName', loginUid),
    NAME,
  ],
  ['group.gid', 'UINT32', 'Group id.', gid, { cost: 5 }],
  ['group.name', 'CHARBUF', 'Group name.', entry('groupName', gid), NAME],
];

export const USER_FIELDS: readonly FieldDef[] = defineFields({ scope: 'process', cost: 30 }, ROWS);
