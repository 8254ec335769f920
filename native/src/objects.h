/* What is asked of every object that was read: native/src/objects.c. */
#ifndef PODPLAN_OBJECTS_H
#define PODPLAN_OBJECTS_H

#define Py_LIMITED_API 0x030B0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>

extern const char look_through_doc[], fits_doc[];
PyObject *look_through(PyObject *module, PyObject *value);
PyObject *fits(PyObject *module, PyObject *args);

#endif
