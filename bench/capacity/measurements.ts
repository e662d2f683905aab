import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Usage } from './meter';
import type { UnitCosts } from './model';
import type { Work } from './run-work';

/** What grows from point to point; `usual` and `parked` are the one point each that capacity is computed from. */
export const curveNames = ['usual', 'parked', 'rules', 'messages', 'open'] as const;
export type Curve = (typeof curveNames)[number];

export type CurvePoint = {
  work: Work;
  /** While so many others were open. */
  openSessions?: number;
  costs: UnitCosts;
  /** Of a second without work. */
  rest?: Usage;
  /** Of a message that is the first of its session after the workers have started anew. */
  messageAfterRestart?: Usage;
};

/** What `measured.json` holds. */
export type Measured = {
  form: string;
  machine: { cpu: string; cores: number; memoryGib: number; system: string; node: string };
  curves: Partial<Record<Curve, { measuredAt: string; points: CurvePoint[] }>>;
};

export const measuredFile = join(__dirname, 'measured.json');

export const readMeasured = (): Measured => JSON.parse(readFileSync(measuredFile, 'utf8')) as Measured;
