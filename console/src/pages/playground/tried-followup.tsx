import { useQueryClient } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { api, type Followup, type FollowupPatch } from '../../api/client';
import { useMayEdit } from '../../api/console-session';
import { useEditing } from '../../api/editing';
import { queryKeys } from '../../api/keys';
import { fieldErrors } from '../../api/problems';
import { sentNumber } from '../../api/sent-number';
import { useAgent } from '../../shell/agent';
import {
  Button,
  Card,
  ConflictDialog,
  DurationInput,
  ErrorState,
  Field,
  Fields,
  Select,
  TextArea,
  useToasts,
} from '../../ui';
import { delayInWords } from '../../words/delays';
import type { FieldsInWords } from '../../words/merge';
import { surveyNames } from '../../words/statuses';
import type { Playground } from './arrange';
import styles from './playground.module.css';

type Draft = { message: string; delaySeconds: number | null; surveyType: Followup['surveyType'] };
type Patch = Required<Pick<FollowupPatch, keyof Draft>>;

const draftOf = ({ message, delaySeconds, surveyType }: Followup): Draft => ({ message, delaySeconds, surveyType });
const patchOf = (draft: Draft): Patch => ({ ...draft, delaySeconds: sentNumber(draft.delaySeconds) });

const inWords: FieldsInWords<Draft> = [
  ['Message', ['message'], ({ message }) => message],
  ['Delay', ['delaySeconds'], ({ delaySeconds }) => (delaySeconds === null ? 'No number' : delayInWords(delaySeconds))],
  ['Survey type', ['surveyType'], ({ surveyType }) => (surveyType === null ? 'No survey' : surveyNames[surveyType])],
];

/** The followup that was made for trying, to be changed on the spot. */
export function TriedFollowup({ followup }: { followup: Followup }) {
  const agent = useAgent();
  const mayEdit = useMayEdit();
  const client = useQueryClient();
  const toasts = useToasts();
  const followupId = followup.id;
  const editing = useEditing<Followup, Draft, Patch>({
    thing: followup,
    fields: inWords,
    toDraft: draftOf,
    toPatch: patchOf,
    read: () => api.getFollowup({ followupId }),
    save: (patch, revision) => api.editFollowup({ followupId }, patch, { revision }),
    onSaved: (saved) => {
      client.setQueryData<Playground>(
        queryKeys.playground(agent.id),
        (before) => before && { ...before, followup: saved },
      );
      void client.invalidateQueries({ queryKey: queryKeys.followups(agent.id) });
      toasts.done('Saved', 'It is at work at once, in open sessions as well.');
    },
  });
  const { draft, change, failed, conflict } = editing;
  const errors = failed ? fieldErrors(failed.error, ['message', 'delaySeconds', 'surveyType']) : {};
  const submit = (event: FormEvent) => {
    event.preventDefault();
    editing.save();
  };
  return (
    <Card
      title={followup.title}
      description="The followup that is tried. It is on no other channel: change it as you like."
    >
      <form onSubmit={submit} noValidate>
        <fieldset className={styles.form} disabled={!mayEdit} aria-label="The followup">
          <Field label="Message" error={errors.message}>
            <TextArea rows={2} value={draft.message} onChange={({ target }) => change({ message: target.value })} />
          </Field>
          <Fields>
            <Field label="Delay" error={errors.delaySeconds}>
              <DurationInput value={draft.delaySeconds} onChange={(delaySeconds) => change({ delaySeconds })} />
            </Field>
            <Field label="Survey type" error={errors.surveyType}>
              <Select
                value={draft.surveyType ?? ''}
                onChange={({ target }) => change({ surveyType: (target.value || null) as Draft['surveyType'] })}
              >
                <option value="">No survey</option>
                {Object.entries(surveyNames).map(([type, name]) => (
                  <option key={type} value={type}>
                    {name}
                  </option>
                ))}
              </Select>
            </Field>
          </Fields>
          {failed && Object.keys(errors).length === 0 && <ErrorState error={failed.error} />}
          {mayEdit && (
            <div className={styles.buttons}>
              <Button kind="primary" type="submit" busy={editing.isSaving} disabled={!editing.isChanged}>
                Save
              </Button>
              {editing.isChanged && <Button onClick={editing.discard}>Discard</Button>}
            </div>
          )}
        </fieldset>
      </form>
      {conflict && (
        <ConflictDialog
          what="followup"
          differences={conflict.differences}
          theirsAlone={conflict.theirsAlone}
          onKeepMine={editing.keepMine}
          onTakeTheirs={editing.takeTheirs}
          onClose={editing.decideLater}
        />
      )}
    </Card>
  );
}
