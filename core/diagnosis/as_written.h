// What is said of an address that takes a variable nobody knows the value of: the simulation makes one up, the reader's file names the
// variable.
#pragma once
#include <string>
#include <vector>

#include "core/diagnosis/diagnosis.h"

namespace doctor::diagnosis {

class AsWritten {
 public:
  explicit AsWritten(const settings::Environment& environment);
  // Of what is written into a file whose client replaces variables there.
  void in_files(rules::Proposal& proposal) const;
  // Of what is told: `${NEXUS_HOST}`.
  void in_words(Diagnosis& diagnosis) const;
  // Of what no client would replace there, and the person has to: `your-nexus-host`.
  std::string to_fill_in(std::string text) const;

 private:
  struct Variable {
    std::string name, host, address;
    bool whole = false;  // it holds the address from its scheme on
  };
  std::string words(std::string text) const;
  std::vector<Variable> variables_;
};

}  // namespace doctor::diagnosis
