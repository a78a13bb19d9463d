// The other side of tests/interop/smpp.sh, on node-smpp: `esme PORT` is an ESME at our service centre, `smsc` a
// service centre for our ESME. Prints one line a fact, ends with exit code 0 when all of them held.
const smpp = require('smpp');
const fail = (why) => { console.log('WRONG ' + why); process.exit(1); };
setTimeout(() => fail('nothing happens any more'), 20000).unref();
const check = (what, wanted, found) => {
  if (String(wanted) !== String(found)) fail(`${what}: ${found}, not ${wanted}`);
  console.log(`  ok    ${what}: ${found}`);
};
const packet = Buffer.from('0270004142', 'hex');
// node-smpp takes the user data apart: information elements, then the rest.
const octets = (pdu) => {
  const elements = Buffer.concat(pdu.short_message.udh || []);
  const header = pdu.short_message.udh ? [Buffer.from([elements.length]), elements] : [];
  return Buffer.concat([...header, Buffer.from(pdu.short_message.message || '')]).toString('hex');
};

function esme(port) {
  const wrong = new smpp.Session({host: '127.0.0.1', port});
  wrong.bind_transceiver({system_id: 'smsr', password: 'no', interface_version: 0x34}, (r) => {
    check('bind with a wrong password', 0x0E, r.command_status);
    const session = new smpp.Session({host: '127.0.0.1', port});
    session.on('error', (e) => fail(e.message));
    session.bind_transceiver({system_id: 'smsr', password: 's3cret', interface_version: 0x34}, (bound) => {
      check('bind_transceiver_resp', 0, bound.command_status);
      check('sc_interface_version', 0x34, bound.sc_interface_version);
      check('system_id', 'eider', bound.system_id);
      session.enquire_link({}, (e) => check('enquire_link_resp', 0, e.command_status));
      session.on('deliver_sm', (pdu) => {
        session.send(pdu.response());
        if (pdu.esm_class === 4) {
          check('receipt', true, pdu.receipted_message_id !== undefined && pdu.message_state === 2);
          session.query_sm({message_id: pdu.receipted_message_id}, (q) => {
            check('query_sm_resp, message_state', 2, q.message_state);
            session.unbind((u) => {
              check('unbind_resp', 0, u.command_status);
              process.exit(0);
            });
          });
        } else {
          check('deliver_sm to the route of the ESME', packet.toString('hex'), octets(pdu));
          check('esm_class', 0x40, pdu.esm_class);
        }
      });
      const message = {source_addr_ton: 1, source_addr_npi: 1, source_addr: '12345', dest_addr_ton: 1,
        dest_addr_npi: 1, destination_addr: '12345', esm_class: 0x40, protocol_id: 0x7F, data_coding: 0xF6,
        registered_delivery: 1, short_message: packet};
      session.submit_sm({...message, destination_addr: 'abc'}, (bad) => {
        check('submit_sm_resp, ESME_RINVDSTADR', 0x0B, bad.command_status);
        session.submit_sm({...message, user_message_reference: 7}, (good) => {
          check('submit_sm_resp', 0, good.command_status);
          check('message_id', 16, good.message_id.length);
        });
      });
    });
  });
}

function smsc() {
  const server = smpp.createServer((session) => {
    session.on('error', () => {});
    session.on('bind_transceiver', (pdu) => {
      check('bind_transceiver', 'smsr s3cret 52', `${pdu.system_id} ${pdu.password} ${pdu.interface_version}`);
      session.send(pdu.response({system_id: 'node'}));
      session.enquire_link({}, (e) => check('enquire_link_resp', 0, e.command_status));
    });
    let throttled = false;
    session.on('submit_sm', (pdu) => {
      if (!throttled) {
        throttled = true;
        return session.send(pdu.response({command_status: smpp.ESME_RTHROTTLED}));
      }
      check('submit_sm after ESME_RTHROTTLED', packet.toString('hex'), octets(pdu));
      check('esm_class, protocol_id, data_coding', '64 127 246', `${pdu.esm_class} ${pdu.protocol_id} ${pdu.data_coding}`);
      check('registered_delivery', 1, pdu.registered_delivery);
      session.send(pdu.response({message_id: 'node-1'}));
      session.deliver_sm({esm_class: 4, source_addr: pdu.destination_addr, destination_addr: pdu.source_addr,
        receipted_message_id: 'node-1', message_state: 2,
        short_message: Buffer.from('id:node-1 sub:001 dlvrd:001 submit date:2601010000 done date:2601010001 stat:DELIVRD err:000 text:')},
      (r) => check('deliver_sm_resp', 0, r.command_status));
    });
    session.on('unbind', (pdu) => {
      session.send(pdu.response());
      session.close();
      console.log('  ok    unbind');
      process.exit(0);
    });
  });
  server.listen(0, '127.0.0.1', () => console.log('listening ' + server.address().port));
}

process.argv[2] === 'esme' ? esme(Number(process.argv[3])) : smsc();
