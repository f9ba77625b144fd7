import { SERVICE_NAMES } from './tables/service-names.ts';

const rows = SERVICE_NAMES.trim()
  .split(/\s+/)
  .map((row) => {
    const [port = '', name = ''] = row.split('=');
    return [Number(port), name] as const;
  });
const nameByPort = new Map(rows);
const portByName = new Map(rows.map(([port, name]) => [name, port]));

/** Name of a port's usual service, or its number. */
export function serviceName(port: number): string {
  return nameByPort.get(port) ?? String(port);
}

/** Port of a service by its name. */
export function servicePort(name: string): number | undefined {
  return portByName.get(name);
}
