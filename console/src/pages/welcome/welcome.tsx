import { useMutation } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { FlaskConical } from 'lucide-react';
import type { ReactNode } from 'react';
import { useMayEdit } from '../../api/console-session';
import { rememberAgent } from '../../shell/agent';
import { Button, Card, ErrorState, LinkButton, Loading, Notice, Page } from '../../ui';
import { delayInWords } from '../../words/delays';
import { AgentForm } from './agent-form';
import { ChannelForm } from './channel-form';
import { FollowupForm } from './followup-form';
import { type Progress, useProgress, useStepDone } from './progress';
import { makeSamples } from './samples';
import { Step, type StepState } from './step';
import styles from './welcome.module.css';

/** The first steps: an agent, a channel, a followup; then one sees it arrive. */
export function Welcome() {
  const progress = useProgress();
  return (
    <Page
      title="First steps"
      description="Three things to make, and you see a message reach a user who has gone quiet."
    >
      {progress.data ? (
        <FirstSteps {...progress.data} />
      ) : progress.isError ? (
        <ErrorState error={progress.error} onRetry={() => void progress.refetch()} />
      ) : (
        <Card>
          <Loading />
        </Card>
      )}
    </Page>
  );
}

function FirstSteps(progress: Progress) {
  const { agent, channel, followup } = progress;
  const mayEdit = useMayEdit();
  // The first that is missing; -1: none is.
  const next = [agent, channel, followup].indexOf(null);
  const stateOf = (place: number): StepState =>
    next === -1 || place < next ? 'done' : place === next && mayEdit ? 'now' : 'later';
  return (
    <div className={styles.welcome}>
      {!mayEdit && next !== -1 && <Notice>You are signed in to look only: an admin key may take these steps.</Notice>}
      {mayEdit && next !== -1 && <AllAtOnce progress={progress} />}
      <Card flush>
        <ol className={styles.steps}>
          <Step number={1} title="Agent" what="Who talks with your users." state={stateOf(0)}>
            {agent ? (
              <Made>
                <Link to="/agents/$agentId/identity" params={{ agentId: agent.id }}>
                  {agent.name}
                </Link>
                , {agent.identity.timeZone.replaceAll('_', ' ')}
              </Made>
            ) : (
              <AgentForm />
            )}
          </Step>
          <Step
            number={2}
            title="Channel"
            what="Where they talk: a chat for your web pages. A gateway of your own can come later."
            state={stateOf(1)}
          >
            {agent && channel && (
              <Made>
                <Link to="/agents/$agentId/channels/$channelId" params={{ agentId: agent.id, channelId: channel.id }}>
                  {channel.name}
                </Link>
              </Made>
            )}
            {agent && !channel && <ChannelForm agent={agent} />}
          </Step>
          <Step
            number={3}
            title="Followup"
            what="What is sent when a user has gone quiet, and after how long."
            state={stateOf(2)}
          >
            {followup && (
              <Made>
                <Link
                  to="/agents/$agentId/follow-ups/$followupId"
                  params={{ agentId: followup.agentId, followupId: followup.id }}
                >
                  {followup.title}
                </Link>
                , after {delayInWords(followup.delaySeconds)}
              </Made>
            )}
            {channel && !followup && <FollowupForm channel={channel} />}
          </Step>
          <Step
            number={4}
            title="See it arrive"
            what="In the Playground, after 10 seconds, and no user of yours meets it."
            state={followup ? 'now' : 'later'}
          >
            {followup && (
              <div>
                <LinkButton
                  kind="primary"
                  icon={<FlaskConical size={15} aria-hidden />}
                  to="/agents/$agentId/playground"
                  params={{ agentId: followup.agentId }}
                  search={mayEdit ? { followup: followup.id } : {}}
                >
                  Open the Playground
                </LinkButton>
              </div>
            )}
          </Step>
        </ol>
      </Card>
    </div>
  );
}

const Made = ({ children }: { children: ReactNode }) => <p className={styles.made}>{children}</p>;

/** For who wants to see first, and to make their own afterwards. */
function AllAtOnce({ progress }: { progress: Progress }) {
  const stepDone = useStepDone();
  const navigate = useNavigate();
  const make = useMutation({
    mutationFn: () => makeSamples(progress),
    onSuccess: async ({ agent, followup }) => {
      rememberAgent(agent.id);
      void stepDone();
      await navigate({
        to: '/agents/$agentId/playground',
        params: { agentId: agent.id },
        search: { followup: followup.id },
      });
    },
    // What was made before it failed is ticked below.
    onError: stepDone,
  });
  return (
    <section className={styles.atOnce} aria-label="A sample of each">
      <div>
        <p className={styles.title}>See it first</p>
        <p className={styles.what}>
          A sample of {progress.agent ? 'what is missing' : 'each'}, and the Playground opens.
        </p>
      </div>
      <Button
        kind="primary"
        icon={<FlaskConical size={15} aria-hidden />}
        busy={make.isPending}
        onClick={() => make.mutate()}
      >
        {progress.agent ? 'Make a sample of the rest' : 'Make a sample of each'}
      </Button>
      {make.isError && <ErrorState error={make.error} />}
    </section>
  );
}
