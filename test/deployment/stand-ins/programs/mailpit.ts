#!/usr/bin/env node
// `/mailpit readyz`, as the real image has it: 0 when the mail catcher answers.
const answer = await fetch(`http://127.0.0.1:${process.env['MAIL_CATCHER_HTTP_PORT']}/`).catch(() => undefined)
process.exitCode = answer?.ok === true ? 0 : 1
