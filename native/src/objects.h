/* What is asked of every object that was read: native/src/objects.c and shapes.c. */
#ifndef PODPLAN_OBJECTS_H
#define PODPLAN_OBJECTS_H

#define Py_LIMITED_API 0x030B0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>

extern const char look_through_doc[], has_type_doc[], in_doubt_doc[], fill_zero_doc[], is_plain_doc[], value_at_doc[], holds_pair_doc[];
PyObject *look_through(PyObject *module, PyObject *value);
PyObject *has_type(PyObject *module, PyObject *args);
PyObject *in_doubt(PyObject *module, PyObject *args);
PyObject *fill_zero(PyObject *module, PyObject *args, PyObject *defaults);
PyObject *is_plain(PyObject *module, PyObject *args);
PyObject *value_at(PyObject *module, PyObject *args);
PyObject *holds_pair(PyObject *module, PyObject *args);

#endif
