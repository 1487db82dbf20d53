// coap-shepherd, an LwM2M server, on a port that the system chooses, which is its first line of output. A line of input asks a client for
// something, {"call": "readReq", "client": "thermostat", "arguments": ["/3/0/0"]}, and is answered by a line; notifications and clients that
// come, go and change are lines too.
'use strict'
const dgram = require('dgram')
const fs = require('fs')
const os = require('os')
const path = require('path')
const readline = require('readline')

const config = require('coap-shepherd/lib/config')
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ipso-shepherd-'))
process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }))
config.ip = '127.0.0.1'
config.defaultDbFolder = folder
config.defaultDbPath = path.join(folder, 'coap.db')

// Else it looks for the way to the Internet before it starts, which a machine that runs tests need not have.
process.env.npm_lifecycle_event = 'test'

const say = line => console.log(JSON.stringify(line))

const probe = dgram.createSocket('udp4')
probe.bind(0, config.ip, () => {
  config.port = probe.address().port
  probe.close(() => serve(require('coap-shepherd')))
})

const serve = shepherd => {
  shepherd.on('error', error => say({ error: String(error) }))
  shepherd.on('ind', message => say({ event: message.type, client: message.cnode.clientName, data: message.data }))
  shepherd.start(error => {
    if (error) {
      say({ error: String(error) })
      process.exit(1)
    }
    shepherd.permitJoin(300)
    say({ port: config.port })
  })
  readline.createInterface({ input: process.stdin })
    .on('line', line => {
      const { call, client, arguments: args } = JSON.parse(line)
      const node = shepherd.find(client)
      if (!node) {
        say({ answer: null })
        return
      }
      node[call](...args, (error, response) => say({ answer: error ? { error: String(error) } : response }))
    })
    .on('close', () => process.exit(0))
}
