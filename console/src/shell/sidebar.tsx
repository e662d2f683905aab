import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import {
  Activity,
  ChevronsUpDown,
  Clock,
  ExternalLink,
  FlaskConical,
  Footprints,
  IdCard,
  KeyRound,
  LogOut,
  MessagesSquare,
  Monitor,
  Moon,
  Plus,
  Sun,
} from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { api } from '../api/client';
import { useConsoleSession, useMayEdit } from '../api/console-session';
import { queryKeys } from '../api/keys';
import { useAgents } from '../api/lists';
import { setCsrfToken } from '../api/sign-in';
import { Menu, MenuChoice, MenuItem, MenuSeparator, useToasts } from '../ui';
import { scopeNames } from '../words/statuses';
import { lastAgentId } from './agent';
import { Logo } from './logo';
import { NewAgentDialog } from './new-agent-dialog';
import styles from './sidebar.module.css';
import { chooseTheme, type ThemeChoice, useTheme, useThemeChoice } from './theme';

/** The product's own path: the agent, what it is, how it reaches out; then what happened, and how to try. */
export function Sidebar() {
  const { agentId: here } = useParams({ strict: false });
  const agents = useAgents();
  const agentId = here ?? agents.data?.find(({ id }) => id === lastAgentId())?.id ?? agents.data?.[0]?.id;
  return (
    <div className={styles.sidebar}>
      <div className={styles.top}>
        <Logo />
      </div>
      <nav aria-label="Console" className={styles.nav}>
        <div className={styles.group}>
          <h2 className={styles.heading}>AI Agent</h2>
          <AgentSwitch agentId={agentId} />
          {agentId && (
            <ul>
              <Entry to="/agents/$agentId/identity" agentId={agentId} icon={<IdCard size={16} />} label="Identity" />
              <Entry
                to="/agents/$agentId/channels"
                agentId={agentId}
                icon={<MessagesSquare size={16} />}
                label="Channels"
              />
            </ul>
          )}
        </div>
        {agentId && (
          <div className={styles.group}>
            <h2 className={styles.heading}>Proactive AI</h2>
            <h3 className={styles.subheading}>Engagement</h3>
            <ul>
              <Entry to="/agents/$agentId/follow-ups" agentId={agentId} icon={<Clock size={16} />} label="Follow ups" />
            </ul>
          </div>
        )}
        <ul className={styles.group}>
          {agentId && (
            <>
              <Entry to="/agents/$agentId/sessions" agentId={agentId} icon={<Activity size={16} />} label="Sessions" />
              <Entry
                to="/agents/$agentId/playground"
                agentId={agentId}
                icon={<FlaskConical size={16} />}
                label="Playground"
              />
            </>
          )}
          <li>
            <Link to="/api-keys" className={styles.entry}>
              <KeyRound size={16} aria-hidden />
              API keys
            </Link>
          </li>
        </ul>
      </nav>
      <Foot />
    </div>
  );
}

type AgentPage =
  | '/agents/$agentId/identity'
  | '/agents/$agentId/channels'
  | '/agents/$agentId/follow-ups'
  | '/agents/$agentId/sessions'
  | '/agents/$agentId/playground';

function Entry({ to, agentId, icon, label }: { to: AgentPage; agentId: string; icon: ReactNode; label: string }) {
  return (
    <li>
      <Link to={to} params={{ agentId }} className={styles.entry}>
        <span aria-hidden className={styles.entryIcon}>
          {icon}
        </span>
        {label}
      </Link>
    </li>
  );
}

function AgentSwitch({ agentId }: { agentId: string | undefined }) {
  const agents = useAgents().data ?? [];
  const navigate = useNavigate();
  const mayEdit = useMayEdit();
  const [making, setMaking] = useState(false);
  const current = agents.find(({ id }) => id === agentId);
  return (
    <>
      <Menu
        align="start"
        trigger={
          <button type="button" className={styles.switch} aria-label={`AI Agent: ${current?.name ?? 'No agent yet'}`}>
            <span
              className={styles.avatar}
              data-letter={(current?.name ?? '+').slice(0, 1).toUpperCase()}
              aria-hidden
            />
            <span className={styles.agentName}>{current?.name ?? 'No agent yet'}</span>
            <ChevronsUpDown size={14} aria-hidden />
          </button>
        }
      >
        {agents.length > 0 && (
          <MenuChoice
            value={agentId ?? ''}
            options={agents.map(({ id, name }) => ({ value: id, label: name }))}
            onChange={(id) => void navigate({ to: '/agents/$agentId/follow-ups', params: { agentId: id } })}
          />
        )}
        {mayEdit && (
          <>
            {agents.length > 0 && <MenuSeparator />}
            <MenuItem icon={<Plus size={15} aria-hidden />} onSelect={() => setMaking(true)}>
              New agent
            </MenuItem>
          </>
        )}
      </Menu>
      {making && <NewAgentDialog onClose={() => setMaking(false)} />}
    </>
  );
}

const themes: { value: ThemeChoice; label: string }[] = [
  { value: 'system', label: 'As the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];

function Foot() {
  const session = useConsoleSession().data;
  const client = useQueryClient();
  const toasts = useToasts();
  const choice = useThemeChoice();
  const shown = useTheme();
  const Icon = choice === 'system' ? Monitor : shown === 'dark' ? Moon : Sun;
  const temporalUi = session?.service.temporal.uiUrl;
  const signOut = async () => {
    try {
      await api.signOut();
    } catch (error) {
      toasts.failed(error);
      return;
    }
    setCsrfToken(null);
    client.setQueryData(queryKeys.consoleSession, null);
    // What the next person may see is read anew.
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== queryKeys.consoleSession[0] });
  };
  return (
    <div className={styles.foot}>
      <ul>
        <li>
          <Link to="/welcome" className={styles.entry}>
            <Footprints size={16} aria-hidden /> First steps
          </Link>
        </li>
        {temporalUi && (
          <li>
            <a className={styles.entry} href={temporalUi} target="_blank" rel="noreferrer">
              <ExternalLink size={16} aria-hidden /> Temporal
              <span className="sr-only">(new tab)</span>
            </a>
          </li>
        )}
        <li>
          <a className={styles.entry} href="/docs" target="_blank" rel="noreferrer">
            <ExternalLink size={16} aria-hidden /> API reference
            <span className="sr-only">(new tab)</span>
          </a>
        </li>
      </ul>
      <div className={styles.person}>
        <span className={styles.keyName} title={session?.keyName}>
          {session?.keyName}
          <small>{session && scopeNames[session.scope]}</small>
        </span>
        <Menu
          trigger={
            <button type="button" className={styles.small} aria-label="Theme" title="Theme">
              <Icon size={16} aria-hidden />
            </button>
          }
        >
          <MenuChoice value={choice} options={themes} onChange={chooseTheme} />
        </Menu>
        <button
          type="button"
          className={styles.small}
          aria-label="Sign out"
          title="Sign out"
          onClick={() => void signOut()}
        >
          <LogOut size={16} aria-hidden />
        </button>
      </div>
    </div>
  );
}
