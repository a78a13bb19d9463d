// eider profile inspect, lint, extract
#include <boost/json.hpp>
#include <cstdio>
#include <memory>

#include "cmd_profile.hpp"
#include "profile/describe.hpp"
#include "profile/file_system.hpp"
#include "profile/lint.hpp"
#include "profile/package_reader.hpp"

namespace eider::app::profile_command {

void declare_inspect(CLI::App& profile) {
  struct Options {
    std::string file;
    bool json = false, secrets = false, full = false;
  };
  auto* sub = profile.add_subcommand("inspect", "Say what a package contains");
  auto o = std::make_shared<Options>();
  sub->add_option("package", o->file, "Package: DER or hexadecimal; - is standard input")
      ->required()
      ->type_name("FILE");
  sub->add_flag("--json", o->json, "As JSON");
  sub->add_flag("--secrets", o->secrets, "Show PINs, PUKs and keys");
  sub->add_flag("--full", o->full, "Show whole contents of files");
  sub->callback([o] {
    const auto package = read_package_file(o->file);
    const auto item = profile::describe_package(package, {.secrets = o->secrets, .full = o->full});
    if (!item) refuse(item.error(), o->file);
    const auto text = o->json ? profile::to_json(*item) + "\n" : profile::to_text(*item);
    std::fwrite(text.data(), 1, text.size(), stdout);
  });
}

namespace {

void print_rules(bool json) {
  boost::json::array all;
  for (const auto& r : profile::lint_rules()) {
    if (json)
      all.push_back(boost::json::object{{"id", r.id},
                                        {"severity", profile::to_string(r.severity)},
                                        {"section", r.section},
                                        {"title", r.title},
                                        {"remedy", r.remedy}});
    else
      std::printf("%-8.*s %-8s %.*s  (%.*s)\n", static_cast<int>(r.id.size()), r.id.data(),
                  profile::to_string(r.severity), static_cast<int>(r.title.size()), r.title.data(),
                  static_cast<int>(r.section.size()), r.section.data());
  }
  if (json) std::puts(boost::json::serialize(all).c_str());
}

void print_findings(const std::vector<profile::LintFinding>& findings, bool json) {
  if (json) {
    boost::json::array all;
    for (const auto& f : findings) {
      boost::json::object o{{"id", f.rule->id},
                            {"severity", profile::to_string(f.rule->severity)},
                            {"section", f.rule->section},
                            {"title", f.rule->title},
                            {"what", f.what},
                            {"remedy", f.rule->remedy}};
      if (f.element) {
        o["element"] = *f.element;
        o["name"] = f.element_name;
        o["offset"] = f.offset;
      }
      all.push_back(std::move(o));
    }
    std::puts(boost::json::serialize(all).c_str());
    return;
  }
  for (const auto& f : findings) {
    std::printf("%s %.*s", profile::to_string(f.rule->severity), static_cast<int>(f.rule->id.size()),
                f.rule->id.data());
    if (f.element) std::printf(" element %zu, %s, at %zu", *f.element, f.element_name.c_str(), f.offset);
    std::printf(": %s\n  rule: %.*s (%.*s)\n  remedy: %.*s\n", f.what.c_str(),
                static_cast<int>(f.rule->title.size()), f.rule->title.data(),
                static_cast<int>(f.rule->section.size()), f.rule->section.data(),
                static_cast<int>(f.rule->remedy.size()), f.rule->remedy.data());
  }
}

}  // namespace

void declare_lint(CLI::App& profile) {
  struct Options {
    std::string file;
    bool json = false, rules = false, strict = false;
  };
  auto* sub = profile.add_subcommand("lint", "Check a package; exit code 1 when there is an error");
  auto o = std::make_shared<Options>();
  sub->add_option("package", o->file, "Package: DER or hexadecimal; - is standard input")->type_name("FILE");
  sub->add_flag("--json", o->json, "As JSON");
  sub->add_flag("--strict", o->strict, "Warnings count as errors");
  sub->add_flag("--rules", o->rules, "List the rules");
  sub->callback([o] {
    if (o->rules) return print_rules(o->json);
    if (o->file.empty()) throw CommandError{2, "name a package, or --rules"};
    const auto findings = profile::lint_package(read_package_file(o->file));
    print_findings(findings, o->json);
    std::size_t errors = 0, warnings = 0;
    for (const auto& f : findings) {
      errors += f.rule->severity == profile::Severity::kError;
      warnings += f.rule->severity == profile::Severity::kWarning;
    }
    if (!o->json)
      std::printf("%zu errors, %zu warnings, %zu notes\n", errors, warnings,
                  findings.size() - errors - warnings);
    if (errors || (o->strict && warnings)) throw CommandError{1, ""};
  });
}

void declare_extract(CLI::App& profile) {
  struct Options {
    std::string file, output = "-", path;
    std::optional<std::size_t> element;
    bool hex = false;
  };
  auto* sub =
      profile.add_subcommand("extract", "Take one element, or the content of one file, out of a package");
  auto o = std::make_shared<Options>();
  sub->add_option("package", o->file, "Package: DER or hexadecimal; - is standard input")
      ->required()
      ->type_name("FILE");
  auto* element =
      sub->add_option("--element", o->element, "Number of the element, from 0, as inspect shows it")
          ->type_name("N");
  sub->add_option("--path", o->path, "File: 7FD06F07 or 3F00/7FD0/6F07, an ADF by its temporary FID")
      ->type_name("PATH")
      ->excludes(element);
  sub->add_option("-o,--output", o->output, "Where to write; - is standard output")->type_name("FILE");
  sub->add_flag("--hex", o->hex, "Write hexadecimal");
  sub->callback([o] {
    const auto package = read_package_file(o->file);
    const auto elements = profile::read_package(package);
    if (!elements) refuse(elements.error(), o->file);
    Bytes out;
    if (o->element) {
      if (*o->element >= elements->size())
        throw CommandError{1, "the package has " + std::to_string(elements->size()) + " elements"};
      out = to_bytes((*elements)[*o->element].der);
    } else {
      auto text = o->path;
      std::erase(text, '/');
      if (text.starts_with("3F00")) text.erase(0, 4);
      const auto path = from_hex(text);
      if (o->path.empty()) throw CommandError{2, "name an --element or a --path"};
      if (!path || path->size() % 2 != 0)
        throw CommandError{2,
                           "--path " + o->path + " is no path: FIDs of four hexadecimal digits, as 7FD06F07"};
      profile::FileSystemImage image;
      for (const auto& part : *elements) {
        const auto e = saip::decode_element(part.der);
        if (!e) refuse(e.error(), o->file);
        image.apply(*e);
      }
      const auto* f = image.find(*path);
      if (!f) throw CommandError{1, "the package creates no file " + o->path};
      if (f->is_directory()) throw CommandError{1, o->path + " is a directory"};
      out = image.body(*f);
    }
    if (o->hex) {
      const auto text = to_hex(out) + "\n";
      write_file(o->output, as_bytes(text));
    } else {
      write_file(o->output, out);
    }
  });
}

}  // namespace eider::app::profile_command
