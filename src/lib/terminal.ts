const STYLES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  magenta: [35, 39],
  cyan: [36, 39],
} as const satisfies Record<string, readonly [on: number, off: number]>;

export type Style = keyof typeof STYLES;

export interface Terminal {
  /** Whether somebody looks at it while it is written: a TTY. */
  readonly interactive: boolean;
  /** In columns; read anew each time, for a window can be resized. */
  readonly width: number;
  /** The text in a style, or as it is where colour is not wanted. */
  paint(style: Style, text: string): string;
}

/** The part of a stream, such as process.stdout, that tells what it writes to. */
interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/**
 * What an output stream can show. Colour follows NO_COLOR and FORCE_COLOR where set, else it goes
 * to a TTY that is not dumb. Without a TTY the width is COLUMNS, or 80.
 */
export function openTerminal(stream: OutputStream, environment: NodeJS.ProcessEnv): Terminal {
  const interactive = stream.isTTY === true;
  const coloured = wantsColour(interactive, environment);
  return {
    interactive,
    get width() {
      return stream.columns || Number.parseInt(environment['COLUMNS'] ?? '', 10) || DEFAULT_WIDTH;
    },
    paint(style, text) {
      const [on, off] = STYLES[style];
      return coloured ? `\x1b[${on}m${text}\x1b[${off}m` : text;
    },
  };
}

const DEFAULT_WIDTH = 80;

function wantsColour(interactive: boolean, environment: NodeJS.ProcessEnv): boolean {
  if (environment['NO_COLOR']) return false;
  const forced = environment['FORCE_COLOR'];
  if (forced) return forced !== '0';
  return interactive && environment['TERM'] !== 'dumb';
}
