// Boost.JSON as its authors offer it to those who do not link it: this source is the library.
#include <boost/json/src.hpp>
