import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { capacityFor, type UnitCosts } from './model';
import { parseOptions, usage } from './options';
import { temporalCloud } from './prices';
import { tableOf } from './table';

type Measured = { form: string; measuredAt: string; machine: Record<string, string | number>; costs: UnitCosts };

/** `npm run capacity`: what so many messages a day need, by what one of them cost when it was measured. */
function main(): void {
  const args = process.argv.slice(2);
  if (args.includes('--help')) {
    console.log(usage);
    return;
  }
  const { demands, json } = parseOptions(args);
  const measured = JSON.parse(readFileSync(join(__dirname, 'measured.json'), 'utf8')) as Measured;
  const rows = demands.map((demand) => ({ demand, capacity: capacityFor(demand, measured.costs) }));
  if (json) {
    console.log(JSON.stringify(rows));
    return;
  }
  console.log(tableOf(rows));
  const { cpu, cores, memoryGib, node } = measured.machine;
  console.log(`
Costs were measured on ${measured.measuredAt} (form ${measured.form}; ${cores} cores of ${cpu}, ${memoryGib} GiB, Node ${node}).
Everything beyond the rate of that machine is extrapolated in a straight line. Prices: ${temporalCloud.source}, ${temporalCloud.readAt}.`);
}

try {
  main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
