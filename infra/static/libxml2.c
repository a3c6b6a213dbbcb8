// FoundationXML reads JUnit files with libxml2, and Debian's libxml2 asks ICU for encodings that it
// does not know itself (UTF-8, UTF-16, Latin 1 and ASCII it does), and liblzma for compressed files.
// ICU would be 31 MB, a third of the image: here both say that they cannot do it, and libxml2 that
// the file cannot be read.
#include <stdint.h>
#include <unicode/ucnv.h>

UConverter *ucnv_open(const char *name, UErrorCode *error) {
  (void)name;
  *error = U_UNSUPPORTED_ERROR;
  return 0;
}

void ucnv_close(UConverter *converter) { (void)converter; }

void ucnv_setToUCallBack(UConverter *converter, UConverterToUCallback action, const void *context,
                         UConverterToUCallback *before, const void **beforeContext,
                         UErrorCode *error) {
  (void)converter, (void)action, (void)context, (void)before, (void)beforeContext;
  *error = U_UNSUPPORTED_ERROR;
}

void ucnv_setFromUCallBack(UConverter *converter, UConverterFromUCallback action,
                           const void *context, UConverterFromUCallback *before,
                           const void **beforeContext, UErrorCode *error) {
  (void)converter, (void)action, (void)context, (void)before, (void)beforeContext;
  *error = U_UNSUPPORTED_ERROR;
}

void ucnv_convertEx(UConverter *to, UConverter *from, char **target, const char *targetLimit,
                    const char **source, const char *sourceLimit, UChar *pivotStart,
                    UChar **pivotSource, UChar **pivotTarget, const UChar *pivotLimit, UBool reset,
                    UBool flush, UErrorCode *error) {
  (void)to, (void)from, (void)target, (void)targetLimit, (void)source, (void)sourceLimit;
  (void)pivotStart, (void)pivotSource, (void)pivotTarget, (void)pivotLimit, (void)reset, (void)flush;
  *error = U_UNSUPPORTED_ERROR;
}

void UCNV_TO_U_CALLBACK_STOP(const void *context, UConverterToUnicodeArgs *arguments,
                             const char *units, int32_t length, UConverterCallbackReason reason,
                             UErrorCode *error) {
  (void)context, (void)arguments, (void)units, (void)length, (void)reason, (void)error;
}

void UCNV_FROM_U_CALLBACK_STOP(const void *context, UConverterFromUnicodeArgs *arguments,
                               const UChar *units, int32_t length, UChar32 point,
                               UConverterCallbackReason reason, UErrorCode *error) {
  (void)context, (void)arguments, (void)units, (void)length, (void)point, (void)reason, (void)error;
}

// lzma/base.h: LZMA_OPTIONS_ERROR
static const int cannot = 8;

int lzma_auto_decoder(void *stream, uint64_t memory, uint32_t flags) {
  (void)stream, (void)memory, (void)flags;
  return cannot;
}

int lzma_code(void *stream, int action) {
  (void)stream, (void)action;
  return cannot;
}

int lzma_properties_decode(void *filter, const void *allocator, const uint8_t *bytes, size_t size) {
  (void)filter, (void)allocator, (void)bytes, (void)size;
  return cannot;
}

void lzma_end(void *stream) { (void)stream; }
