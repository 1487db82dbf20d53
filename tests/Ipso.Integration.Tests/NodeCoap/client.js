// node-coap's client. The first line of the standard input is the request in JSON, its body in Base64. Each response or notification is
// written as a line of JSON. An observation goes on until the input ends: then it is deregistered.
'use strict'
const coap = require('coap')
const dgram = require('dgram')
const readline = require('readline')

const write = answer => process.stdout.write(JSON.stringify(answer) + '\n')
const answer = (response, payload) => write({
  code: response.code,
  format: response.headers['Content-Format'],
  location: response.options.filter(option => option.name === 'Location-Path').map(segment => '/' + segment.value).join(''),
  payload: payload.toString('base64')
})
const fail = error => {
  write({ error: error.message })
  process.exit(1)
}

const input = readline.createInterface({ input: process.stdin })
input.once('line', line => {
  const call = JSON.parse(line)
  // An agent closes a socket of its own with the observation, and would deregister from another port.
  const socket = call.observe ? dgram.createSocket('udp4') : undefined
  const agent = new coap.Agent({ type: 'udp4', socket })
  const request = coap.request({
    hostname: call.host,
    port: call.port,
    pathname: call.path,
    query: call.query,
    method: call.method,
    confirmable: call.confirmable,
    observe: call.observe,
    agent
  })
  for (const [name, value] of Object.entries(call.options)) {
    request.setOption(name, Buffer.from(value, 'hex'))
  }

  request.on('error', fail)
  request.on('timeout', fail)
  request.on('response', response => {
    if (!call.observe) {
      answer(response, response.payload)
      return
    }

    response.on('data', payload => answer(response, payload))
    input.once('close', () => {
      response.close(true)
      socket.once('message', () => socket.close())
    })
  })
  request.end(Buffer.from(call.body, 'base64'))
})
