import { freePort } from '../../../src/embedded/ports';
import { eventually } from '../../support/eventually';
import { forms } from '../installation/installation';
import type { Judging, Row } from '../row';
import { strayApi, strayWorker } from './support/stray-programs';

/** Of the worker's patience, with what a busy machine needs to start a program. */
const endsWithinMs = 75_000;

/** Fails when a worker without a Temporal waits for ever or ends well, or when an API does not come up or says "ready". */
export const row: Row = {
  number: 7,
  fault: 'no Temporal when the worker starts',
  forms,
  async run(installation, report) {
    const changes = { TEMPORAL_ADDRESS: `127.0.0.1:${await freePort()}` };
    const { part: worker } = await strayWorker(installation, { changes });
    const { part: api, url } = await strayApi(installation, changes);
    try {
      worker.launch();
      api.launch();
      const beganAtMs = Date.now();
      await eventually('the API to be up', async () => (await fetch(`${url}/healthz`)).ok, 60_000);
      const ready = await fetch(`${url}/readyz`);
      await eventually('the worker to end', () => !worker.running, endsWithinMs);
      report.note('the worker ended after ms', Date.now() - beganAtMs);
      const code = await worker.ended;
      const healthz = (await fetch(`${url}/healthz`)).status;
      saidSo({ readyz: ready.status, healthz, apiRuns: api.running, code, log: worker.log() }, report);
    } finally {
      await Promise.all([worker.kill(), api.kill()]);
    }
  },
};

type WithoutTemporal = { readyz: number; healthz: number; apiRuns: boolean; code: number | string; log: string };

/** @param code how the worker ended: a number, or the signal that ended it */
export function saidSo({ readyz, healthz, apiRuns, code, log }: WithoutTemporal, report: Judging): void {
  report.must('/readyz is red', readyz === 503, readyz);
  report.must('the API stays up', healthz === 200 && apiRuns, { healthz, apiRuns });
  report.must('an exit code that is not 0', typeof code === 'number' && code !== 0, code);
  const isSaid = /Temporal at 127\.0\.0\.1:\d+ does not answer/.test(log);
  report.must('a line that says what is missing', isSaid, log.slice(-500));
}
