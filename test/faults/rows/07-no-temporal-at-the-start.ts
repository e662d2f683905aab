import { freePort } from '../../../src/embedded/ports';
import { eventually } from '../../support/eventually';
import { forms } from '../installation/installation';
import type { Row } from '../row';
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
      report.must('/readyz is red', ready.status === 503, ready.status);
      await eventually('the worker to end', () => !worker.running, endsWithinMs);
      report.note('the worker ended after ms', Date.now() - beganAtMs);
      const code = await worker.ended;
      report.must('an exit code that is not 0', typeof code === 'number' && code !== 0, code);
      const line = /Temporal at 127\.0\.0\.1:\d+ does not answer/.exec(worker.log())?.[0];
      report.must('a line that says what is missing', line !== undefined, worker.log().slice(-500));
      const healthy = await fetch(`${url}/healthz`);
      report.must('the API stays up', healthy.ok && api.running, healthy.status);
    } finally {
      await Promise.all([worker.kill(), api.kill()]);
    }
  },
};
