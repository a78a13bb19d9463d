// eider decode: says what some octets or some text are.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>

#include "codec/base64.hpp"
#include "command.hpp"
#include "input_file.hpp"
#include "roles/lpa/activation_code.hpp"
#include "spec/inspect/inspect.hpp"
#include "spec/registry.hpp"
#include "spec/sgp02/schema.hpp"

namespace eider::app::decode_cmd {
namespace {

constexpr std::string_view kExamples = R"(Examples:
  eider decode BF2000                                      an ES10 command
  eider decode 80E2910003BF2E0000                          a command APDU; several, a line each, are a log
  eider decode 6985                                        a status word
  eider decode 'LPA:1$smdpp.example.com$ABC-123'           an activation code
  eider decode 89049032123451234512345678901235            an EID, with its check digits
  eider decode --file CERT_EUM.pem                         a certificate
  eider decode --file profile.der --full                   a Profile Package, nothing cut
  curl ... | eider decode                                  a JSON message of ES9+ or ES2+
  eider decode --file es3.xml                              a SOAP message of ES1 to ES7 (M2M)
  eider decode --schema DIR                                the XML schema of those messages
  eider decode --as StoreMetadataRequest BF25...           a type of your choice (--list names them))";

struct Options {
  std::string input, file, format = "auto", as, schema;
  bool json = false, full = false, list = false;
};

std::string input_of(const Options& o) {
  if (!o.file.empty()) return read_input(o.file);
  return o.input.empty() || o.input == "-" ? read_input("-") : o.input;
}

std::optional<inspect::Finding> activation_code(std::string_view text) {
  if (text.size() > 512 || text.find('$') == std::string_view::npos) return std::nullopt;
  const auto code = lpa::parse_activation_code(text);
  inspect::Finding f{.kind = "Activation Code (SGP.22 v2.6.1 section 4.1)"};
  if (!code) {
    f.error = code.error().message();
    return f;
  }
  f.add("SM-DP+ address", code->smdpAddress);
  f.add("MatchingID", code->matchingId.empty() ? "(none)" : code->matchingId);
  if (code->smdpOid) f.add("SM-DP+ OID", code->smdpOid->dotted());
  f.add("Confirmation Code", code->confirmationCodeRequired ? "required" : "not required");
  f.add("shortest form", lpa::format_activation_code(*code));
  return f;
}

Result<inspect::Finding> decode(const Options& o, const std::string& raw) {
  if (o.format == "binary") return inspect::octets(as_bytes(raw), o.as);
  if (o.format == "hex" || o.format == "base64") {
    const auto octets = o.format == "hex" ? from_hex(raw) : base64_decode(raw);
    if (!octets) return fail_local("the input is not " + o.format);
    return inspect::octets(*octets, o.as);
  }
  if (o.format == "pem" && raw.find("-----BEGIN ") == std::string::npos)
    return fail_local("the input is not pem");
  if (o.as.empty() && raw.find('{') == std::string::npos)
    if (auto found = activation_code(raw)) return std::move(*found);
  return inspect::file(as_bytes(raw), o.as);
}

void list_types(bool json) {
  if (json) std::puts("[");
  const char* separator = "";
  for (const auto& e : registry::entries()) {
    if (json)
      std::printf("%s{\"name\":\"%s\",\"interface\":\"%s\",\"tag\":\"%s\",\"section\":\"%s\"}", separator,
                  std::string(e.name).c_str(), std::string(e.interface).c_str(),
                  e.type->tag ? tag_text(e.type->tag).c_str() : "", std::string(e.type->section).c_str());
    else
      std::printf("%-6s %-5s %-44s %s\n", e.type->tag ? tag_text(e.type->tag).c_str() : "-",
                  std::string(e.interface).c_str(), std::string(e.name).c_str(),
                  std::string(e.type->section).c_str());
    separator = ",\n";
  }
  if (json) return void(std::puts("\n]"));
  for (const auto kind : inspect::kinds()) std::printf("-      -     %s\n", std::string(kind).c_str());
}

void write_schema(const std::string& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  const auto path = std::filesystem::path(directory) / sgp02::kSchemaFile;
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << sgp02::schema();
  out.flush();
  if (!out) throw CommandError{1, "cannot write " + path.string()};
  std::printf("%s\n", path.string().c_str());
}

void run(const Options& o) {
  if (!o.schema.empty()) return write_schema(o.schema);
  if (o.list) return list_types(o.json);
  const auto found = decode(o, input_of(o));
  if (!found) throw CommandError{1, found.error().message()};
  const auto text = o.json ? inspect::to_json(*found) + "\n" : inspect::to_text(*found, o.full);
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
  if (const auto* e = inspect::first_error(*found))
    throw CommandError{1, "offset " + std::to_string(e->error_offset) + ": " + e->error};
}

const RegisterCommand kRegister{{
    .order = 60,
    .name = "decode",
    .summary = "Say what octets, certificates, packages, messages or codes are",
    .declare =
        [](CLI::App& sub) {
          auto o = std::make_shared<Options>();
          sub.add_option("INPUT", o->input,
                         "Hexadecimal, base64, PEM, JSON, a code; - or nothing: standard input");
          sub.add_option("--file,-f", o->file, "Read a file instead: binary or any of the texts");
          sub.add_option("--format", o->format, "Do not guess the form of the input")
              ->check(CLI::IsMember({"auto", "hex", "base64", "pem", "binary"}));
          sub.add_option("--as", o->as, "Read the octets as this type");
          sub.add_flag("--list", o->list, "List the types");
          sub.add_option("--schema", o->schema, "Write the schema of the SOAP messages into this directory")
              ->type_name("DIR");
          sub.add_flag("--full", o->full, "Cut nothing, show sections and remarks");
          sub.add_flag("--json", o->json, "Write JSON");
          sub.footer(std::string(kExamples));
          sub.callback([o] { run(*o); });
        },
}};

}  // namespace
}  // namespace eider::app::decode_cmd
