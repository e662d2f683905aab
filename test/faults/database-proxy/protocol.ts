/** A message of PostgreSQL's protocol, version 3: a type and what it holds. */
export type Message = { type: string; payload: Buffer };

/** Takes the messages of one direction of a connection apart, however they were cut into packets. */
export class MessageReader {
  private rest = Buffer.alloc(0);

  /** @param startsUntyped a client's first message has no type */
  constructor(private startsUntyped: boolean) {}

  read(chunk: Buffer): Message[] {
    this.rest = Buffer.concat([this.rest, chunk]);
    const messages: Message[] = [];
    for (;;) {
      const head = this.startsUntyped ? 0 : 1;
      if (this.rest.length < head + 4) return messages;
      const length = this.rest.readUInt32BE(head);
      if (this.rest.length < head + length) return messages;
      const type = this.startsUntyped ? '' : this.rest.toString('latin1', 0, 1);
      messages.push({ type, payload: this.rest.subarray(head + 4, head + length) });
      this.rest = this.rest.subarray(head + length);
      this.startsUntyped = false;
    }
  }
}

/** Follows what a client has executed. Answers come in the order of the questions, each ended by a ReadyForQuery. */
export class StatementWatcher {
  private readonly statements = new Map<string, string>();
  private bound = '';
  private questions = 0;

  /** @returns when this message has something executed, its text, and which ReadyForQuery ends the answer, from 1 */
  see({ type, payload }: Message): { text: string; readyNumber: number } | null {
    switch (type) {
      case 'P': {
        const name = cString(payload, 0);
        this.statements.set(name, cString(payload, payload.indexOf(0) + 1));
        return null;
      }
      case 'B':
        // The portal's name, the statement's name.
        this.bound = this.statements.get(cString(payload, payload.indexOf(0) + 1)) ?? '';
        return null;
      case 'E':
        return { text: this.bound, readyNumber: this.questions + 1 };
      case 'Q':
        return { text: cString(payload, 0), readyNumber: ++this.questions };
      case 'S':
        this.questions++;
        return null;
      default:
        return null;
    }
  }
}

const cString = (payload: Buffer, from: number) => payload.toString('utf8', from, payload.indexOf(0, from));
