#!/usr/bin/env node
// 0 when the server takes connections: it answers an SSLRequest with one byte as soon as it does.
import { connect } from 'node:net'

const request = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])
const socket = connect(5432, '127.0.0.1', () => socket.write(request))
socket.once('data', () => process.exit(0)).once('error', () => process.exit(2))
