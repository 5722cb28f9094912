import type { CaughtMail } from './mailbox.ts'

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escape = (text: string) => text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character)

const article = ({ receivedAt, to, subject, text }: CaughtMail) =>
  `<article><h2>${escape(subject)}</h2><p>${escape(to.join(', '))} · ${escape(receivedAt)}</p><pre>${escape(text)}</pre></article>`

/** The mails as a page to look at. */
export const mailPage = (mails: readonly CaughtMail[]): string => `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Mails</title>
<style>body{font:15px/1.5 system-ui;max-width:44rem;margin:2rem auto;padding:0 1rem}article{border-top:1px solid #ccc}h2{font-size:1rem;margin:.8rem 0 0}p{color:#666;margin:0}pre{white-space:pre-wrap}</style>
<h1>${mails.length === 0 ? 'No mails yet' : `The last ${mails.length} mails`}</h1>
${mails.map(article).join('\n')}
</html>
`
