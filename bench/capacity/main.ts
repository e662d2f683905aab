import { readMeasured } from './measurements';
import { capacityFor } from './model';
import { parseOptions, usage } from './options';
import { temporalCloud } from './prices';
import { tableOf } from './table';

/** `npm run capacity`: what so many messages a day need, by what one of them cost when it was measured. */
function main(): void {
  const args = process.argv.slice(2);
  if (args.includes('--help')) {
    console.log(usage);
    return;
  }
  const { demands, json } = parseOptions(args);
  const { form, machine, curves } = readMeasured();
  const curve = demands.some(({ parkSeconds }) => parkSeconds !== null) ? 'parked' : 'usual';
  const costs = curves[curve]?.points[0]?.costs;
  if (costs === undefined) throw new Error(`Nothing was measured: bench/capacity/measure.ts --curve ${curve} does it.`);
  const rows = demands.map((demand) => ({ demand, capacity: capacityFor(demand, costs) }));
  if (json) {
    console.log(JSON.stringify(rows));
    return;
  }
  console.log(tableOf(rows));
  const { cpu, cores, memoryGib, node } = machine;
  console.log(`
Costs were measured on ${curves[curve]?.measuredAt} (form ${form}; ${cores} cores of ${cpu}, ${memoryGib} GiB, Node ${node}).
Everything beyond the rate of that machine is extrapolated in a straight line. Prices: ${temporalCloud.source}, ${temporalCloud.readAt}.`);
}

try {
  main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
