#include "examples.hpp"

#include <CLI/CLI.hpp>
#include <string_view>

namespace eider::app {
namespace {

struct Example {
  std::string_view command, lines;
};
constexpr Example kExamples[] = {
    {"lpa chip", "  eider lpa --card card.eider chip\n  eider lpa --pcsc --json chip"},
    {"lpa reset", "  eider lpa --card card.eider reset --test-profiles"},
    {"lpa default-smdp get", "  eider lpa --card card.eider default-smdp get"},
    {"lpa default-smdp set",
     "  eider lpa --pcsc default-smdp set smdpp.example.com\n  eider lpa --pcsc default-smdp set"},
    {"lpa download",
     "  eider lpa --card card.eider --pki pki download 'LPA:1$smdpp.example.com$K7-XWPZ' --enable\n"
     "  eider lpa --pcsc --ca ci.pem download --qr code.png\n"
     "  eider lpa --tcp 127.0.0.1:7816 --pki pki --yes download --default"},
    {"lpa list", "  eider lpa --card card.eider list\n  eider lpa --pcsc --json list"},
    {"lpa enable", "  eider lpa --card card.eider enable 8949000000000000003"},
    {"lpa disable", "  eider lpa --card card.eider disable work"},
    {"lpa delete", "  eider lpa --card card.eider --pki pki --yes delete 8949000000000000003"},
    {"lpa nickname", "  eider lpa --card card.eider nickname 8949000000000000003 work"},
    {"lpa notifications list", "  eider lpa --card card.eider notifications list"},
    {"lpa notifications send",
     "  eider lpa --card card.eider --pki pki notifications send\n"
     "  eider lpa --card card.eider --pki pki notifications send --due   # from a timer"},
    {"lpa notifications remove", "  eider lpa --card card.eider notifications remove 12"},
    {"lpa crl load", "  eider lpa --card card.eider crl load list.crl"},
    {"lpa crl fetch",
     "  eider lpa --pcsc --ca ci.pem crl fetch\n  eider lpa --pcsc crl fetch http://ci.example.com/CRL.crl"},
    {"order place", "  eider order --smdp smdpp.example.com:8444 --pki pki place --type gold --png code.png"},
    {"order download",
     "  eider order --smdp smdpp.example.com:8444 --pki pki download --iccid 8947010000123456784"},
    {"order confirm",
     "  eider order --smdp smdpp.example.com:8444 --pki pki confirm --iccid 8947010000123456784 --hold"},
    {"order release",
     "  eider order --smdp smdpp.example.com:8444 --pki pki release --iccid 8947010000123456784"},
    {"order cancel",
     "  eider order --smdp smdpp.example.com:8444 --pki pki cancel --iccid 8947010000123456784 --final "
     "Unavailable"},
    {"order listen", "  eider order --pki pki listen --listen 127.0.0.1:9443"},
    {"operator eis", "  eider operator --pki pki --smsr 2.999.20@smsr.example.com:8445 eis 8900…"},
    {"operator audit", "  eider operator --pki pki --smsr 2.999.20@smsr.example.com:8445 audit 8900… 8949…"},
    {"operator download",
     "  eider operator --pki pki --smdp 2.999.11@smdp.example.com:8448/es2 --smsr-id 2.999.20 download 8900… "
     "--type gold --enable"},
    {"operator enable",
     "  eider operator --pki pki --smsr 2.999.20@smsr.example.com:8445 --validity 600 enable 8900… 8949…"},
    {"operator disable",
     "  eider operator --pki pki --smsr 2.999.20@smsr.example.com:8445 disable 8900… 8949…"},
    {"operator delete",
     "  eider operator --pki pki --smsr 2.999.20@smsr.example.com:8445 delete 8900… 8949…"},
    {"operator fallback",
     "  eider operator --pki pki --smsr 2.999.20@smsr.example.com:8445 fallback 8900… 8949…"},
    {"operator emergency",
     "  eider operator --pki pki --smsr 2.999.20@smsr.example.com:8445 emergency 8900… 8949…"},
    {"operator pol2",
     "  eider operator --pki pki --smsr 2.999.20@smsr.example.com:8445 pol2 8900… 8949… disable=not-allowed"},
    {"operator address",
     "  eider operator --pki pki --smsr 2.999.20@smsr.example.com:8445 address 8900… 8949… --msisdn "
     "4917000001"},
    {"operator set-plma",
     "  eider operator --pki pki --smsr 2.999.20@smsr.example.com:8445 set-plma --party 2.999.40 --type gold "
     "--operation EnableProfile --notification HandleProfileEnabledNotification"},
    {"operator get-plma",
     "  eider operator --pki pki --smsr 2.999.20@smsr.example.com:8445 get-plma --type gold"},
    {"operator set-onc",
     "  eider operator --pki pki --smsr 2.999.20@smsr.example.com:8445 set-onc --discard "
     "HandleProfileEnabledNotification"},
    {"operator get-onc", "  eider operator --pki pki --smsr 2.999.20@smsr.example.com:8445 get-onc"},
    {"operator prepare-change",
     "  eider operator --pki pki --smsr 2.999.21@smsr2.example.com:8445 prepare-change 8900… --from "
     "2.999.20"},
    {"operator change",
     "  eider operator --pki pki --smsr 2.999.20@smsr.example.com:8445 change 8900… --to 2.999.21"},
    {"operator listen", "  eider operator --pki pki listen --at 127.0.0.1:8447 --json"},
    {"profile inspect",
     "  eider profile inspect profile.der\n  eider card dump card.eider --iccid 8949… --out - | eider "
     "profile inspect -"},
    {"profile lint", "  eider profile lint profile.der\n  eider profile lint --rules"},
    {"profile extract",
     "  eider profile extract profile.der --element 2 -o element.der\n"
     "  eider profile extract profile.der --path 3F00/2FE2 --hex"},
    {"profile diff",
     "  eider profile diff template.der personalised.der\n"
     "  eider profile diff old.der new.der --json | jq '.differences[].where'"},
    {"profile fit",
     "  eider profile fit profile.der --euicc-info2 info2.hex\n"
     "  eider profile fit profile.der --card card.eider\n"
     "  eider profile fit profile.der --pcsc --json"},
    {"profile export",
     "  eider profile export profile.der -o profile.yaml   # change it, then:\n"
     "  eider profile create --from profile.yaml -o changed.der\n"
     "  eider profile export profile.der --json | jq '.elements[0].header.iccid'"},
    {"smdpp",
     "  eider pki init --out pki\n"
     "  eider smdpp init --data smdpp --pki pki --address smdpp.example.com --operator op\n"
     "  eider smdpp import --data smdpp --type op-default --metadata meta.json --package profile.der\n"
     "  eider smdpp serve --data smdpp"},
    {"smds",
     "  eider smds init --data root --pki pki --address smds.example.com\n"
     "  eider smds serve --data root\n"
     "  eider smds list --data root"},
    {"smdp",
     "  eider pki init --out pki --m2m\n"
     "  eider smdpp init --data smdpp --pki pki --address smdpp.example.com   # the inventory that it "
     "delivers\n"
     "  eider smdp init --data smdp --pki pki --inventory smdpp --operator "
     "2.999.30@https://mno.example.com:8447/ --smsr 2.999.20@https://smsr.example.com:8445/\n"
     "  eider smdp serve --data smdp\n"
     "  eider smdp list --data smdp"},
    {"smsr",
     "  eider pki init --out pki --m2m\n"
     "  printf s3cret01 > smsc.secret            # password of its account at the service centre\n"
     "  openssl rand -hex 16 > transport.key     # agreed with the EUM\n"
     "  eider smsr init --data smsr --pki pki --smsc 127.0.0.1:2775 --party eum=2.999.5,transport.key "
     "--party mno=2.999.30@https://mno.example.com:8447/ --party "
     "smdp=2.999.11@https://smdp.example.com:8448/es3\n"
     "  eider smsr serve --data smsr\n"
     "  eider smsr list --data smsr\n"
     "  eider smsr show --data smsr 89049032000001000000000000000074"},
    {"smdpp init",
     "  eider smdpp init --data smdpp --pki pki --address smdpp.example.com --operator op\n"
     "  eider smdpp init --data smdpp --pki pki --passphrase-file secret.txt --address smdpp.example.com"},
    {"smdpp rekey", "  eider smdpp rekey --data smdpp"},
    {"smdpp operators add",
     "  eider smdpp operators add --data smdpp --id op --oid 2.999.20 --certificate op.pem --notify "
     "https://op.example.com"},
    {"smdpp operators list", "  eider smdpp operators list --data smdpp --json"},
    {"smdpp types add",
     "  eider smdpp types add --data smdpp --name gold --operator op --download-limit 5 --random-keys"},
    {"smdpp types list", "  eider smdpp types list --data smdpp"},
    {"smdpp import",
     "  eider smdpp import --data smdpp --type gold --metadata meta.json --package profile.der\n"
     "  eider smdpp import --data smdpp --template std --operator op --package template.der\n"
     "  eider smdpp import --data smdpp --type gold --metadata meta.json --template std --csv "
     "subscribers.csv"},
    {"smdpp profiles list", "  eider smdpp profiles list --data smdpp --state Released"},
    {"smdpp profiles show", "  eider smdpp profiles show --data smdpp 8949000000000000003"},
    {"smdpp profiles export",
     "  eider smdpp profiles export --data smdpp 8949000000000000003 --package profile.der"},
    {"smdpp profiles remove", "  eider smdpp profiles remove --data smdpp 8949000000000000003"},
    {"smdpp orders list", "  eider smdpp orders list --data smdpp --eid 89049032000000000000000000000051"},
    {"smdpp serve",
     "  eider smdpp serve --data smdpp\n  eider smdpp serve --data smdpp --es9plus 0.0.0.0:443 --workers 32"},
    {"card show", "  eider card show card.eider"},
    {"card dump", "  eider card dump card.eider --iccid 8949000000000000003 --out profile.der"},
    {"card serve",
     "  eider card serve card.eider --tcp 127.0.0.1:7816\n"
     "  eider card serve card.eider --vpcd --gsmtap 127.0.0.1   # a PC/SC reader, watched in Wireshark"},
    {"card fleet list",
     "  eider card fleet list cards.fleet --limit 10\n  eider card fleet list cards.fleet --json"},
    {"card fleet show", "  eider card fleet show cards.fleet 17"},
    {"card fleet check", "  eider card fleet check cards.fleet"},
    {"card fleet import",
     "  eider card fleet import cards.fleet card.eider\n  eider card fleet import cards.fleet cards/*.eider"},
    {"card fleet export",
     "  eider card fleet export cards.fleet 17 --out card.eider\n"
     "  eider card fleet export cards.fleet --all --out-dir cards"},
    {"card fleet remove", "  eider card fleet remove cards.fleet 17 --yes"},
    {"card fleet compact", "  eider card fleet compact cards.fleet"},
    {"card fleet serve",
     "  eider card fleet serve cards.fleet --tcp 127.0.0.1:7816\n"
     "  eider lpa --tcp 127.0.0.1:7816/89049032000000000000000000000163 list   # in another shell\n"
     "  eider lpa --tcp 127.0.0.1:7816/17 list\n"
     "  eider card fleet serve cards.fleet --vpcd 1 --vpcd 2   # and these two in PC/SC readers"},
    {"card apdu", "  eider card apdu card.eider --follow 00A40004023F00 00B2010432"},
    {"card tree", "  eider card tree --card card.eider\n  eider card tree --pcsc"},
    {"world",
     "  eider world --seed 31 --runs 10000 --jobs 2\n"
     "  eider world --seed 31 --from 4711 --runs 1 --trace   # replays one run"},
};

void walk(CLI::App& app, const std::string& path) {
  for (auto* sub : app.get_subcommands({})) {
    const auto name = path.empty() ? sub->get_name() : path + " " + sub->get_name();
    for (const auto& e : kExamples)
      if (e.command == name) sub->footer("Examples:\n" + std::string(e.lines));
    walk(*sub, name);
  }
}

}  // namespace

void add_examples(CLI::App& app) {
  walk(app, {});
}

}  // namespace eider::app
