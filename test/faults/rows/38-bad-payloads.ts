import { randomUUID } from 'node:crypto';
import { eventually } from '../../support/eventually';
import { forms, type Installation } from '../installation/installation';
import type { Judging, Row } from '../row';
import { judge } from '../world/judge';
import { World } from '../world/world';
import { failedTasks } from './support/failed-tasks';

const json = (value: unknown) => ({
  metadata: { encoding: Buffer.from('json/plain') },
  data: Buffer.from(JSON.stringify(value)),
});
const encoded = (encoding: string, data: string) => ({
  metadata: { encoding: Buffer.from(encoding) },
  data: Buffer.from(data),
});
const now = () => new Date().toISOString();

/** Within what Temporal takes, with all that is around it. */
const largeBytes = 1_900_000;

/** What Temporal takes, and no session can use. */
const bad = (): [string, object[]][] => [
  ['message', [json({ id: 'x', from: 'nobody', at: now() })]],
  ['message', [json({ id: 'x', from: 'user', at: 'yesterday' })]],
  ['message', [json({ id: 'x', from: 'user', at: now(), text: 'not wanted' })]],
  ['message', [json(['a list'])]],
  ['message', [json(null)]],
  ['message', []],
  ['message', [encoded('binary/foo', '\u0001\u0002')]],
  ['message', [encoded('json/plain', '{"id":')]],
  ['message', [{ data: Buffer.from('{}') }]],
  ['message', [encoded('json/protobuf', '{}')]],
  ['messages', [json([])]],
  ['end', [json({ at: 1 })]],
  ['planChanged', [json({ revision: 'new' })]],
  ['optedOut', [json({ optedOut: 'yes' })]],
  ['massage', [json({})]],
  ['__temporal_x', [json({})]],
];

/** Fails when a payload wedges the session, fails a workflow task, or goes uncounted. */
export const row: Row = {
  number: 38,
  fault: 'a bad payload signalled straight to Temporal',
  forms,
  async run(installation, report) {
    const { client } = installation;
    const world = new World(installation);
    const { channelId } = await world.makeChannel();
    const followupId = await world.makeFollowup(channelId, { delaySeconds: 2 });
    const chat = world.conversation(channelId);
    world.mustBeSent(chat, followupId, 'the user was silent');
    await chat.signals('agent');
    for (const [name, payloads] of bad()) await signal(installation, chat.workflowId, name, payloads);
    // Temporal itself refuses what is larger than 2 MiB: this is what it takes.
    await signal(installation, chat.workflowId, 'message', [json({ id: 'x'.repeat(largeBytes) })]);
    report.note('1.9 MB', 'taken');
    const tooLarge = await signal(installation, chat.workflowId, 'message', [json({ id: 'x'.repeat(2 ** 21) })]).then(
      () => 'taken',
      () => 'refused by Temporal',
    );
    report.note('2 MB', tooLarge);
    const wanted = bad().length + 1 + (tooLarge === 'taken' ? 1 : 0);
    const { setAside } = await eventually('the count', async () => {
      const session = await chat.session();
      return session.setAside >= wanted && session;
    });
    report.note('set aside', setAside);
    await chat.received(1);
    const { status } = await client.workflow.getHandle(chat.workflowId).describe();
    const failed = await failedTasks(installation, [chat]);
    goesOn({ setAside, wanted, status: status.name, failed }, report);
    await judge(world, report);
  },
};

type GoneOn = { setAside: number; wanted: number; status: string; failed: readonly string[] };

/** Each was set aside and counted, and the session runs as if nothing had come. */
export function goesOn({ setAside, wanted, status, failed }: GoneOn, report: Judging): void {
  report.must('each is counted once', setAside === wanted, { setAside, wanted });
  report.must('the session goes on', status === 'RUNNING', status);
  report.must('no workflow task failed', failed.length === 0, failed);
}

async function signal(
  { client, namespace, taskQueue }: Installation,
  workflowId: string,
  signalName: string,
  payloads: object[],
): Promise<void> {
  await client.workflowService.signalWithStartWorkflowExecution({
    ...{ namespace, workflowId, workflowType: { name: 'conversationSession' }, taskQueue: { name: taskQueue } },
    ...{ requestId: randomUUID(), signalName, signalInput: { payloads } },
  });
}
