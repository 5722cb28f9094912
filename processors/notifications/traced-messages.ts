import type { Tracing } from '../../infrastructure/observability/tracing/tracing.ts'

type Sender<Message> = { send(message: Message, signal: AbortSignal): Promise<{ providerMessageId: string }> }

/** The same sender, with a span for each message; neither where it goes nor what it says. */
export const tracedSender = <Message extends { readonly messageId: string }>(
  name: 'send mail' | 'send sms',
  sender: Sender<Message>,
  tracing: Tracing | undefined,
): Sender<Message> => {
  if (tracing === undefined) return sender
  return {
    send: (message, signal) =>
      tracing.span({ name, kind: 'client', place: 'here', attributes: { 'message.id': message.messageId } }, () =>
        sender.send(message, signal),
      ),
  }
}
