import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Channel } from '../../api/client';
import { useConsoleSession } from '../../api/console-session';
import { Card, CodeBlock, Tabs } from '../../ui';
import styles from './channels.module.css';
import { botSnippets, embedSnippet, receiveSnippets, reportSnippets, type Snippet } from './snippets';

/** Code to copy that connects the channel, with its values filled in. */
export function ConnectCard({ channel }: { channel: Channel }) {
  const service = useConsoleSession().data?.service;
  if (!service) return null;
  return (
    <Card
      title="Connect"
      description={
        <>
          An <Link to="/api-keys">API key</Link> with the scope gateway goes into <code>FOLLOWUPS_API_KEY</code>
          {channel.type === 'webhook' && (
            <>
              , the signing secret into <code>SIGNING_SECRET</code>
            </>
          )}
          . The typed client for Node is in the folder <code>client</code> of the service.
        </>
      }
    >
      <div className={styles.stack}>
        {channel.type === 'webhook' ? (
          <>
            <Part title="Report every message" hint="Of both sides, as soon as it was sent. There is no text in it.">
              <Snippets label="Report every message" snippets={reportSnippets(service, channel)} />
            </Part>
            <Part title="Receive followups" hint="Each comes to the endpoint as a signed request.">
              <Snippets label="Receive followups" snippets={receiveSnippets()} />
            </Part>
          </>
        ) : (
          <>
            <Part title="Put the chat on a page" hint="Anywhere in its HTML.">
              <CodeBlock label="HTML" code={embedSnippet(service, channel)} />
            </Part>
            <Part title="Let a bot of your own speak" hint="What it says in the name of the agent begins the silence.">
              <Snippets label="Let a bot of your own speak" snippets={botSnippets(service, channel)} />
            </Part>
          </>
        )}
      </div>
    </Card>
  );
}

function Part({ title, hint, children }: { title: string; hint: string; children: ReactNode }) {
  return (
    <section>
      <h3 className={styles.partTitle}>{title}</h3>
      <p className={styles.hint}>{hint}</p>
      {children}
    </section>
  );
}

function Snippets({ label, snippets }: { label: string; snippets: Snippet[] }) {
  return (
    <Tabs
      label={label}
      tabs={snippets.map(({ value, label: name, code }) => ({
        value,
        label: name,
        content: <CodeBlock label={name} code={code} />,
      }))}
    />
  );
}
