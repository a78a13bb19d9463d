// eider profile export; create --from
#include <cstdio>
#include <memory>

#include "cmd_profile.hpp"
#include "codec/yaml.hpp"
#include "input_file.hpp"
#include "profile/package_document.hpp"

namespace eider::app::profile_command {

void declare_export(CLI::App& profile) {
  struct Options {
    std::string file, output = "-";
    bool json = false, yaml = true;
  };
  auto* sub = profile.add_subcommand(
      "export",
      "Write a package as a document to read, change and make a package of again: keys in the clear");
  auto o = std::make_shared<Options>();
  sub->add_option("package", o->file, "Package: DER or hexadecimal; - is standard input")
      ->required()
      ->type_name("FILE");
  sub->add_option("-o,--output", o->output,
                  "Where to write, readable by its owner only; - is standard output")
      ->type_name("FILE");
  auto* yaml =
      sub->add_flag("--yaml", o->yaml, "As YAML, with comments on what the files hold (the default)");
  sub->add_flag("--json", o->json, "As JSON")->excludes(yaml);
  sub->callback([o] {
    const auto package = read_package_file(o->file);
    const auto document = profile::export_package(package);
    if (!document) refuse(document.error(), o->file);
    const auto text = o->json ? document::to_json(*document) : document::to_yaml(*document);
    write_file(o->output, as_bytes(text));
  });
}

void create_from_document(const std::string& path, const std::string& output) {
  const auto document = document::from_text(read_input(path));
  if (!document) refuse(document.error(), path);
  const auto package = profile::import_package(*document);
  if (!package) refuse(package.error(), path);
  write_file(output, *package);
  std::fprintf(stderr, "%zu octets\n", package->size());
}

}  // namespace eider::app::profile_command
