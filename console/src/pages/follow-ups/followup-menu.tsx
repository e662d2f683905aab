import { useNavigate } from '@tanstack/react-router';
import { Copy, Ellipsis, Eye, Pencil, Power, Send, Trash2 } from 'lucide-react';
import type { Followup } from '../../api/client';
import { IconButton, Menu, MenuItem, MenuSeparator } from '../../ui';
import type { FollowupAction } from './use-followup-actions';

type MenuProps = {
  followup: Followup;
  mayEdit: boolean;
  /** With the way to its page. */
  details?: boolean;
  onAct: (action: FollowupAction, followup: Followup) => void;
};

/** What can be done with a followup. */
export const FollowupMenu = (props: MenuProps) => (
  <Menu
    trigger={
      <IconButton label={`Actions for ${props.followup.title}`}>
        <Ellipsis size={17} aria-hidden />
      </IconButton>
    }
  >
    <Items {...props} />
  </Menu>
);

function Items({ followup, mayEdit, details = false, onAct }: MenuProps) {
  const navigate = useNavigate();
  const act = (action: FollowupAction) => () => onAct(action, followup);
  const { id, agentId, status } = followup;
  return (
    <>
      {details && (
        <MenuItem
          icon={<Eye size={15} aria-hidden />}
          onSelect={() =>
            void navigate({
              to: '/agents/$agentId/follow-ups/$followupId',
              params: { agentId, followupId: id },
            })
          }
        >
          View details
        </MenuItem>
      )}
      {mayEdit && (
        <>
          <MenuItem icon={<Pencil size={15} aria-hidden />} onSelect={act('edit')}>
            Edit
          </MenuItem>
          <MenuItem
            icon={<Power size={15} aria-hidden />}
            onSelect={act(status === 'active' ? 'deactivate' : 'activate')}
          >
            {status === 'active' ? 'Deactivate' : 'Activate'}
          </MenuItem>
          <MenuItem icon={<Send size={15} aria-hidden />} onSelect={act('test')}>
            Send me a test
          </MenuItem>
          <MenuItem icon={<Copy size={15} aria-hidden />} onSelect={act('duplicate')}>
            Duplicate
          </MenuItem>
          <MenuSeparator />
          <MenuItem icon={<Trash2 size={15} aria-hidden />} danger onSelect={act('delete')}>
            Delete
          </MenuItem>
        </>
      )}
    </>
  );
}
