/** Falco's priorities, worst first. */
export const PRIORITIES = [
  'Emergency',
  'Alert',
  'Critical',
  'Error',
  'Warning',
  'Notice',
  'Informational',
  'Debug',
] as const;
export type Priority = (typeof PRIORITIES)[number];

/** What a finding asks of people: wake somebody, look at it in the day, or nothing. */
export const TIERS = ['page', 'ticket', 'log'] as const;
export type Tier = (typeof TIERS)[number];
